// SPDX-License-Identifier: Apache-2.0
// The worked examples of the S3 API reference, and what every change to a signed request comes to.
#include "aws/sigv4_verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing/signed_requests.h"
#include "aws/times.h"
#include "base/encoding.h"
#include "base/result.h"
#include "base/testing/manual_clock.h"

namespace caudal::aws {
namespace {

using ::testing::HasSubstr;
using testing::OwnedRequest;

constexpr std::string_view kScopeText = "20130524/us-east-1/s3/aws4_request";
const Timestamp kNow = *parse_basic_time("20130524T000000Z");

OwnedRequest example(std::string method, std::string target, std::vector<std::pair<std::string, std::string>> headers,
                     std::string_view signed_headers, std::string_view signature) {
  headers.emplace_back("Host", "examplebucket.s3.amazonaws.com");
  headers.emplace_back("Authorization",
                       testing::authorization(testing::kS3ExampleKey, kScopeText, signed_headers, signature));
  return {std::move(method), std::move(target), std::move(headers)};
}

std::vector<OwnedRequest> s3_examples() {
  const std::pair<std::string, std::string> date = {"x-amz-date", "20130524T000000Z"};
  const std::pair<std::string, std::string> empty = {"x-amz-content-sha256", std::string(kEmptySha256)};
  return {
      example("GET", "/test.txt", {{"Range", "bytes=0-9"}, empty, date}, "host;range;x-amz-content-sha256;x-amz-date",
              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
      example("PUT", "/test%24file.text",
              {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
               date,
               {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
               {"x-amz-content-sha256", to_hex(view(sha256("Welcome to Amazon S3.")))}},
              "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
              "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
      example("GET", "/?lifecycle", {date, empty}, "host;x-amz-content-sha256;x-amz-date",
              "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
      example("GET", "/?max-keys=2&prefix=J", {date, empty}, "host;x-amz-content-sha256;x-amz-date",
              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
  };
}

OwnedRequest presigned_example() {
  return {"GET",
          "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"
          "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
          "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
          {{"Host", "examplebucket.s3.amazonaws.com"}}};
}

class VerifyTest : public ::testing::Test {
 protected:
  // "ok", or the code of the refusal.
  std::string outcome(OwnedRequest request, std::string_view secret = testing::kS3ExampleSecret) {
    last_ = {};
    const RequestHead head = request.head();
    auto claim = read_claim(head, Dialect::kS3);
    if (!claim) return (last_ = claim.error()).code;
    if (!*claim) return "anonymous";
    if ((*claim)->access_key_id != testing::kS3ExampleKey) return "InvalidAccessKeyId";
    auto verified = verifier_.verify(head, **claim, secret);
    if (!verified) return (last_ = verified.error()).code;
    return "ok";
  }
  std::string member(std::string_view name) const {
    for (const auto& [key, value] : last_.members) {
      if (key == name) return value;
    }
    return "no " + std::string(name);
  }

  ManualClock clock_{kNow};
  Verifier verifier_{clock_, {.service = "s3", .region = "us-east-1"}};
  ServiceError last_;
};

TEST_F(VerifyTest, AcceptsTheExamplesOfTheReference) {
  for (const OwnedRequest& request : s3_examples())
    EXPECT_EQ(outcome(request), "ok") << request.target << last_.message;
  EXPECT_EQ(outcome(presigned_example()), "ok") << last_.message;
}

TEST_F(VerifyTest, RefusesEveryOneOfThemWithAnotherSecret) {
  for (const OwnedRequest& request : s3_examples()) {
    EXPECT_EQ(outcome(request, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ"), "SignatureDoesNotMatch");
  }
  EXPECT_EQ(last_.status, 403);
  EXPECT_EQ(member("AWSAccessKeyId"), testing::kS3ExampleKey);
  EXPECT_EQ(member("SignatureProvided"), "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  EXPECT_THAT(member("StringToSign"), HasSubstr("AWS4-HMAC-SHA256\n20130524T000000Z\n"));
  EXPECT_THAT(member("StringToSignBytes"), HasSubstr("41 57 53 34 2d"));
  EXPECT_THAT(member("CanonicalRequest"), HasSubstr("GET\n/\nmax-keys=2&prefix=J\n"));
}

// Whatever byte of a signed request is changed, it is not accepted. Changes that mean the same are left out: the case
// of a header's name, white space, and what Authorization holds around its three components.
TEST_F(VerifyTest, RefusesEveryTamperedByte) {
  for (OwnedRequest& request : s3_examples()) {
    const auto refused_after_each_change = [&](std::string& text, size_t from) {
      for (size_t i = from; i < text.size(); ++i) {
        const char before = text[i];
        text[i] = before == 'q' ? 'r' : 'q';
        EXPECT_NE(outcome(request), "ok") << request.target << ": byte " << i << " of " << text;
        text[i] = before;
      }
    };
    refused_after_each_change(request.method, 0);
    refused_after_each_change(request.target, 0);
    for (auto& [name, value] : request.headers) {
      const bool authorization = name == "Authorization";
      refused_after_each_change(value, authorization ? value.find("Credential=") : 0);
      if (!authorization) refused_after_each_change(name, 0);
    }
    ASSERT_EQ(outcome(request), "ok");
  }
  OwnedRequest presigned = presigned_example();
  for (size_t i = 0; i < presigned.target.size(); ++i) {
    const char before = presigned.target[i];
    presigned.target[i] = before == 'q' ? 'r' : 'q';
    EXPECT_NE(outcome(presigned), "ok") << presigned.target;
    presigned.target[i] = before;
  }
}

TEST_F(VerifyTest, ASignatureInCapitalsOrOfAnotherLengthIsAnother) {
  OwnedRequest request = s3_examples().front();
  std::string& authorization = request.header("authorization");
  const std::string good = authorization;
  authorization.replace(authorization.find("f0e8"), 4, "F0E8");
  EXPECT_EQ(outcome(request), "SignatureDoesNotMatch");
  authorization = good.substr(0, good.size() - 1);
  EXPECT_EQ(outcome(request), "SignatureDoesNotMatch");
  authorization = good + "0";
  EXPECT_EQ(outcome(request), "SignatureDoesNotMatch");
}

TEST_F(VerifyTest, AddedParametersAndAmzHeadersAreNotAccepted) {
  OwnedRequest request = s3_examples().front();
  request.target += "?acl";
  EXPECT_EQ(outcome(request), "SignatureDoesNotMatch");
  request = s3_examples().front();
  request.headers.emplace_back("X-Amz-Acl", "public-read");
  EXPECT_EQ(outcome(request), "AccessDenied");
  EXPECT_EQ(last_.message, "There were headers present in the request which were not signed");
  EXPECT_EQ(member("HeadersNotSigned"), "X-Amz-Acl");
  request = presigned_example();
  request.headers.emplace_back("x-amz-meta-a", "b");
  EXPECT_EQ(outcome(request), "AccessDenied");
  request = s3_examples().front();
  request.headers.emplace_back("If-Match", "*");
  EXPECT_EQ(outcome(request), "ok") << "other headers need no signature";
  request.headers.emplace_back("range", "bytes=0-0");
  EXPECT_EQ(outcome(request), "SignatureDoesNotMatch") << "a second value of a signed header";
}

TEST_F(VerifyTest, HostMustBeSigned) {
  OwnedRequest request = s3_examples().front();
  std::string& authorization = request.header("authorization");
  authorization.erase(authorization.find("host;"), 5);
  EXPECT_EQ(outcome(request), "AccessDenied");
  EXPECT_EQ(member("HeadersNotSigned"), "host");
}

TEST_F(VerifyTest, TheClockMayDifferByAQuarterOfAnHour) {
  const OwnedRequest request = s3_examples().front();
  for (const std::chrono::seconds offset : {std::chrono::seconds(-900), std::chrono::seconds(900)}) {
    clock_.set(kNow + offset);
    EXPECT_EQ(outcome(request), "ok");
    clock_.set(kNow + offset + (offset > offset.zero() ? std::chrono::seconds(1) : std::chrono::seconds(-1)));
    EXPECT_EQ(outcome(request), "RequestTimeTooSkewed");
    EXPECT_EQ(last_.status, 403);
    EXPECT_EQ(member("RequestTime"), "20130524T000000Z");
    EXPECT_EQ(member("MaxAllowedSkewMilliseconds"), "900000");
  }
  EXPECT_EQ(member("ServerTime"), "2013-05-24T00:15:01.000Z");
}

TEST_F(VerifyTest, APresignedUrlHoldsFromItsDateUntilItExpires) {
  const OwnedRequest request = presigned_example();
  clock_.set(kNow + std::chrono::hours(24));
  EXPECT_EQ(outcome(request), "ok");
  clock_.set(kNow + std::chrono::hours(24) + std::chrono::seconds(1));
  EXPECT_EQ(outcome(request), "AccessDenied");
  EXPECT_EQ(last_.message, "Request has expired");
  EXPECT_EQ(member("X-Amz-Expires"), "86400");
  EXPECT_EQ(member("Expires"), "2013-05-25T00:00:00.000Z");
  clock_.set(kNow - std::chrono::minutes(15));
  EXPECT_EQ(outcome(request), "ok");
  clock_.set(kNow - std::chrono::seconds(901));
  EXPECT_EQ(outcome(request), "AccessDenied");
  EXPECT_EQ(last_.message, "Request is not yet valid");
}

TEST_F(VerifyTest, TheScopeMustBeTheDoorsOwn) {
  OwnedRequest request = s3_examples().front();
  std::string& authorization = request.header("authorization");
  const std::string good = authorization;
  const auto with = [&](std::string_view from, std::string_view to) {
    authorization = good;
    authorization.replace(authorization.find(from), from.size(), to);
    return outcome(request);
  };
  EXPECT_EQ(with("us-east-1", "eu-west-1"), "AuthorizationHeaderMalformed");
  EXPECT_EQ(last_.message,
            "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'");
  EXPECT_EQ(member("Region"), "us-east-1");
  EXPECT_EQ(with("/s3/", "/glue/"), "AuthorizationHeaderMalformed");
  EXPECT_THAT(last_.message, HasSubstr("incorrect service \"glue\". This endpoint belongs to \"s3\"."));
  EXPECT_EQ(with("20130524", "20130523"), "AuthorizationHeaderMalformed");
  EXPECT_THAT(last_.message, HasSubstr("Invalid credential date \"20130523\""));
}

TEST_F(VerifyTest, WithoutRulesAnyRegionWillDo) {
  Verifier open(clock_);
  OwnedRequest request = s3_examples().front();
  const RequestHead head = request.head();
  const auto verified = open.verify(head, **read_claim(head, Dialect::kS3), testing::kS3ExampleSecret);
  ASSERT_TRUE(verified.has_value());
  EXPECT_EQ(verified->scope.to_string(), kScopeText);
  EXPECT_EQ(verified->signature, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(open.signing_keys().size(), 1u);
}

TEST_F(VerifyTest, TheBodyIsComparedWithWhatWasSigned) {
  OwnedRequest request = s3_examples().front();
  Claim claim = **read_claim(request.head(), Dialect::kS3);
  EXPECT_TRUE(check_payload_hash(claim, kEmptySha256).has_value());
  const auto refused = check_payload_hash(claim, to_hex(view(sha256("x"))));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "XAmzContentSHA256Mismatch");
  EXPECT_EQ(refused.error().members.front().second, kEmptySha256);
  claim.payload = Payload::kUnsigned;
  EXPECT_TRUE(check_payload_hash(claim, "anything").has_value());
}

// The JSON services sign the body that came, whatever a header says of it.
class JsonVerifyTest : public ::testing::Test {
 protected:
  OwnedRequest request_{
      "POST",
      "/",
      {{"Host", "example.amazonaws.com"},
       {"X-Amz-Date", "20150830T123600Z"},
       {"Content-Type", "application/x-www-form-urlencoded"},
       {"Authorization", testing::authorization(testing::kSuiteKey, "20150830/us-east-1/service/aws4_request",
                                                "content-type;host;x-amz-date",
                                                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")}}};
  Outcome<Verified> verify(std::string_view body) {
    const RequestHead head = request_.head();
    return verifier_.verify(head, *TRY(read_claim(head, Dialect::kJson)), testing::kSuiteSecret,
                            to_hex(view(sha256(body))));
  }
  ManualClock clock_{*parse_basic_time("20150830T124000Z")};
  Verifier verifier_{clock_, {.service = "service", .region = {}}, Dialect::kJson};
};

TEST_F(JsonVerifyTest, CoversTheBody) {
  EXPECT_TRUE(verify("Param1=value1").has_value());
  const auto refused = verify("Param1=value2");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "InvalidSignatureException");
  EXPECT_EQ(refused.error().status, 400);
  EXPECT_THAT(refused.error().message,
              HasSubstr("The request signature we calculated does not match the signature you provided. Check your AWS "
                        "Secret Access Key and signing method. Consult the service documentation for details."));
  EXPECT_THAT(refused.error().message, HasSubstr("The Canonical String for this request should have been\n'POST\n/\n"));
}

TEST_F(JsonVerifyTest, WordsOfTheClock) {
  clock_.set(*parse_basic_time("20150830T125101Z"));
  EXPECT_EQ(verify("Param1=value1").error().message,
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)");
  clock_.set(*parse_basic_time("20150830T122059Z"));
  EXPECT_EQ(
      verify("Param1=value1").error().message,
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)");
}

TEST_F(JsonVerifyTest, WordsOfTheScope) {
  std::string& authorization = request_.header("authorization");
  authorization.replace(authorization.find("/service/"), 9, "/glue/");
  EXPECT_EQ(verify("Param1=value1").error().message, "Credential should be scoped to correct service: 'service'. ");
}

}  // namespace
}  // namespace caudal::aws
