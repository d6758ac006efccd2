// SPDX-License-Identifier: Apache-2.0
// What we sign, we accept; and nothing that was changed afterwards.
#include "aws/sigv4_sign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing/signed_requests.h"
#include "aws/times.h"
#include "aws/uri.h"
#include "base/encoding.h"
#include "base/random.h"
#include "base/result.h"
#include "base/testing/manual_clock.h"

namespace caudal::aws {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::OwnedRequest;

const Timestamp kNow = *parse_basic_time("20130524T000000Z");
const Credentials kExample{std::string(testing::kS3ExampleKey), std::string(testing::kS3ExampleSecret)};

SigningOptions s3_options() {
  SigningOptions options;
  options.region = "us-east-1";
  options.service = "s3";
  options.at = kNow;
  return options;
}

TEST(Sign, MakesTheSignaturesOfTheReference) {
  OwnedRequest get{"GET", "/test.txt", {{"Range", "bytes=0-9"}, {"Host", "examplebucket.s3.amazonaws.com"}}};
  const SignedHead head = sign(get.head(), kExample, s3_options());
  EXPECT_EQ(head.chain.signature, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(head.headers.back().second,
            testing::authorization(testing::kS3ExampleKey, "20130524/us-east-1/s3/aws4_request",
                                   "host;range;x-amz-content-sha256;x-amz-date", head.chain.signature));
  OwnedRequest plain{"GET", "/test.txt", {{"Host", "examplebucket.s3.amazonaws.com"}}};
  EXPECT_THAT(presigned_target(plain.head(), kExample, s3_options(), 86'400),
              HasSubstr("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
}

TEST(Sign, LeavesOutWhatChangesOnTheWay) {
  OwnedRequest request{"GET", "/", {{"Host", "h"}, {"User-Agent", "a"}, {"Expect", "100-continue"}, {"TE", "t"}}};
  EXPECT_THAT(sign(request.head(), kExample, s3_options()).headers.back().second,
              HasSubstr("SignedHeaders=host;x-amz-content-sha256;x-amz-date,"));
}

// A request made up of odd bytes, whose target is encoded as a client would.
OwnedRequest random_request(Random& random) {
  const auto text = [&](size_t limit_bytes) {
    std::string bytes(random.below(limit_bytes + 1), '\0');
    for (char& c : bytes) c = static_cast<char>(random.below(256));
    return bytes;
  };
  OwnedRequest request{random.chance(0.5) ? "PUT" : "GET", "/", {{"hOsT", "h:4280"}}};
  append_uri_encoded(request.target, text(20), true);
  for (uint64_t i = random.below(4); i > 0; --i) {
    request.target.append(request.target.find('?') == std::string::npos ? "?" : "&");
    append_uri_encoded(request.target, "p" + text(3));
    request.target.append("=");
    append_uri_encoded(request.target, text(10));
  }
  for (uint64_t i = random.below(4); i > 0; --i) {
    std::string value = text(20);
    for (char& c : value) c = static_cast<unsigned char>(c) < 32 ? ' ' : c;
    request.headers.emplace_back("x-amz-meta-" + std::to_string(random.below(3)), value);
  }
  return request;
}

class SignThenVerify : public ::testing::TestWithParam<Dialect> {
 protected:
  static constexpr std::string_view kBody = "some body";
  Outcome<Verified> verify(const RequestHead& head) {
    const auto claim = TRY(read_claim(head, GetParam()));
    if (!claim) return ServiceError{.code = "anonymous", .message = {}};
    return verifier_.verify(head, *claim, "secret", to_hex(view(sha256(kBody))));
  }
  SigningOptions options() const {
    SigningOptions options = s3_options();
    options.dialect = GetParam();
    options.payload_hash = to_hex(view(sha256(kBody)));
    return options;
  }
  Random random_{20130524};
  ManualClock clock_{kNow};
  Verifier verifier_{clock_, {}, GetParam()};
  Credentials credentials_{"AKID", "secret", "to/ken+="};
};

TEST_P(SignThenVerify, HeadersAreAcceptedUnlessChanged) {
  for (int round = 0; round < 300; ++round) {
    OwnedRequest request = random_request(random_);
    const SignedHead head = sign(request.head(), credentials_, options());
    request.headers.insert(request.headers.end(), head.headers.begin(), head.headers.end());
    const auto verified = verify(request.head());
    ASSERT_TRUE(verified.has_value()) << request.target << "\n" << verified.error().message;
    EXPECT_EQ(verified->signature, head.chain.signature);
    request.header("x-amz-security-token") += "x";
    EXPECT_FALSE(verify(request.head()).has_value());
    request.header("x-amz-security-token") = credentials_.session_token;
    request.target += request.target.find('?') == std::string::npos ? "?x" : "&x";
    EXPECT_FALSE(verify(request.head()).has_value());
  }
}

TEST_P(SignThenVerify, PresignedTargetsAreAcceptedUnlessChanged) {
  for (int round = 0; round < 300; ++round) {
    OwnedRequest request = random_request(random_);
    request.target = presigned_target(request.head(), credentials_, options(), 60);
    const auto verified = verify(request.head());
    ASSERT_TRUE(verified.has_value()) << request.target << "\n" << verified.error().message;
    const std::string good = request.target;
    request.target.insert(1, "x");
    EXPECT_FALSE(verify(request.head()).has_value());
    request.target = good + "&x=y";
    EXPECT_FALSE(verify(request.head()).has_value());
    request.target = good;
    request.method = "DELETE";
    EXPECT_FALSE(verify(request.head()).has_value());
  }
}

INSTANTIATE_TEST_SUITE_P(Dialects, SignThenVerify, ::testing::Values(Dialect::kS3, Dialect::kJson));

}  // namespace
}  // namespace caudal::aws
