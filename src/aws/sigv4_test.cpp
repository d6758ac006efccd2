// SPDX-License-Identifier: Apache-2.0
// The published signatures of AWS's SigV4 test suite: what is signed, byte for byte.
#include "aws/sigv4.h"

#include <gtest/gtest.h>

#include "aws/testing/signed_requests.h"
#include "base/encoding.h"

namespace caudal::aws {
namespace {

using testing::OwnedRequest;

constexpr std::string_view kTime = "20150830T123600Z";
const CredentialScope kScope{"20150830", "us-east-1", "service"};

struct SuiteCase {
  std::string_view name;
  OwnedRequest request;  // its host and date are added
  std::string_view signature;
  std::string_view body = {};
};

std::vector<SuiteCase> suite() {
  constexpr std::string_view kRoot = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
  constexpr std::string_view kPosted = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b";
  constexpr std::string_view kUnreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::string unreserved(kUnreserved);
  return {
      {"get-vanilla", {}, kRoot},
      {"get-slash", {"GET", "//"}, kRoot},
      {"get-relative-relative", {"GET", "/example1/example2/../.."}, kRoot},
      {"get-slash-pointless-dot",
       {"GET", "/./example"},
       "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
      {"get-slashes", {"GET", "//example//"}, "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
      {"get-space", {"GET", "/example space/"}, "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
      {"get-utf8", {"GET", "/ሴ"}, "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"get-unreserved", {"GET", "/" + unreserved}, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
      {"get-vanilla-empty-query-key",
       {"GET", "/?Param1=value1"},
       "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
      {"get-vanilla-query-order-key-case",
       {"GET", "/?Param2=value2&Param1=value1"},
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-query-order-value",
       {"GET", "/?Param1=value2&Param1=value1"},
       "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
      {"get-vanilla-query-unreserved",
       {"GET", "/?" + unreserved + "=" + unreserved},
       "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
      {"get-vanilla-utf8-query",
       {"GET", "/?ሴ=bar"},
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"get-header-key-duplicate",
       {"GET", "/", {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}}},
       "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
      {"get-header-value-order",
       {"GET",
        "/",
        {{"My-Header1", "value4"}, {"My-Header1", "value1"}, {"My-Header1", "value3"}, {"My-Header1", "value2"}}},
       "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
      {"get-header-value-trim",
       {"GET", "/", {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}},
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"get-header-value-multiline",
       {"GET", "/", {{"My-Header1", "value1"}, {"My-Header1", "value2"}, {"My-Header1", "value3"}}},
       "ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790"},
      {"post-vanilla", {"POST", "/"}, kPosted},
      {"post-header-key-sort",
       {"POST", "/", {{"My-Header1", "value1"}}},
       "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
      {"post-header-value-case",
       {"POST", "/", {{"My-Header1", "VALUE1"}}},
       "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
      {"post-vanilla-query",
       {"POST", "/?Param1=value1"},
       "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
      {"post-x-www-form-urlencoded",
       {"POST", "/", {{"Content-Type", "application/x-www-form-urlencoded"}}},
       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
       "Param1=value1"},
      {"post-sts-header-before",
       {"POST",
        "/",
        {{"X-Amz-Security-Token",
          "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8Y"
          "UuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE"
          "8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2"
          "ICCR/oLxBA=="}}},
       "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
  };
}

TEST(Sigv4, GivesTheSignaturesOfTheTestSuite) {
  const Sha256 key = derive_signing_key(testing::kSuiteSecret, kScope);
  for (SuiteCase& c : suite()) {
    c.request.headers.insert(c.request.headers.begin(),
                             {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", std::string(kTime)}});
    std::vector<std::string> names;
    for (auto [name, value] : c.request.headers) {
      std::ranges::transform(name, name.begin(), [](char x) { return static_cast<char>(std::tolower(x)); });
      names.push_back(name);
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    const std::string canonical =
        canonical_request(c.request.head(), Dialect::kJson, names, to_hex(view(sha256(c.body))));
    EXPECT_EQ(signature_of(key, string_to_sign(kTime, kScope, canonical)), c.signature) << c.name << "\n" << canonical;
  }
}

TEST(Sigv4, TheCanonicalRequestLooksLikeTheGuides) {
  OwnedRequest request{"GET", "/?b=2&a=1", {{"Host", "h"}, {"X-Amz-Date", "20150830T123600Z"}, {"Other", "no"}}};
  const std::vector<std::string> names = {"host", "x-amz-date"};
  const std::string canonical = canonical_request(request.head(), Dialect::kS3, names, kUnsignedPayload);
  EXPECT_EQ(canonical, "GET\n/\na=1&b=2\nhost:h\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD");
  EXPECT_EQ(string_to_sign("T", kScope, canonical),
            "AWS4-HMAC-SHA256\nT\n20150830/us-east-1/service/aws4_request\n" + to_hex(view(sha256(canonical))));
}

TEST(Sigv4, WhiteSpaceInHeadersIsFolded) {
  OwnedRequest request{"GET", "/", {{"A", "\t one \t two\r\n three  "}, {"B", "   "}, {"A", ""}}};
  const std::vector<std::string> names = {"a", "b", "missing"};
  EXPECT_EQ(canonical_request(request.head(), Dialect::kS3, names, "H"),
            "GET\n/\n\na:one two three,\nb:\nmissing:\n\na;b;missing\nH");
}

TEST(Sigv4, S3AndTheOthersDifferInThePath) {
  OwnedRequest request{"GET", "/a%20b/../c", {}};
  EXPECT_EQ(canonical_request(request.head(), Dialect::kS3, {}, "H"), "GET\n/a%20b/../c\n\n\n\nH");
  EXPECT_EQ(canonical_request(request.head(), Dialect::kJson, {}, "H"), "GET\n/c\n\n\n\nH");
}

}  // namespace
}  // namespace caudal::aws
