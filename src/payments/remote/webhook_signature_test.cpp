// SPDX-License-Identifier: Apache-2.0
#include "payments/remote/webhook_signature.h"

#include <gmock/gmock.h>

#include "base/encoding.h"
#include "base/testing/result_matchers.h"

namespace caudal::payments {
namespace {

using testing::HasSubstr;

// The example that the specification's own libraries are tested with.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr const char* kTime = "1614265330";
constexpr const char* kBody = R"({"test": 2432232314})";
constexpr const char* kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr Timestamp kNow{std::chrono::seconds(1'614'265'330)};

class WebhookSignature : public testing::Test {
 protected:
  Result<void> verify(const WebhookHeaders& headers, std::string_view body = kBody, Timestamp now = kNow) const {
    return secrets_.verify(headers, body, now);
  }
  const WebhookSecrets secrets_ = unwrap(WebhookSecrets::parse({kSecret}));
};

TEST_F(WebhookSignature, IsThatOfTheSpecification) {
  EXPECT_OK(verify({kId, kTime, kSignature}));
  EXPECT_EQ(secrets_.sign(kId, std::chrono::sys_seconds(std::chrono::seconds(1'614'265'330)), kBody), kSignature);
}

TEST_F(WebhookSignature, CoversIdTimeAndBody) {
  EXPECT_FALSE(verify({"msg_other", kTime, kSignature}));
  EXPECT_FALSE(verify({kId, "1614265331", kSignature}));
  EXPECT_FALSE(verify({kId, kTime, kSignature}, R"({"test": 2432232315})"));
  EXPECT_FALSE(verify({kId, kTime, kSignature}, ""));
}

TEST_F(WebhookSignature, IsOneOfSeveral) {
  const std::string good = kSignature;
  EXPECT_OK(verify({kId, kTime, "v1,AAAA " + good}));
  EXPECT_OK(verify({kId, kTime, "v1a,AAAA v2,x " + good + " v1,"}));
  for (const std::string& none :
       {good.substr(3), "v2," + good.substr(3), good.substr(0, good.size() - 1), "V1" + good.substr(2),
        std::string("v1,"), std::string(" "), good + ",", "v1," + good})
    EXPECT_FALSE(verify({kId, kTime, none})) << none;
}

TEST_F(WebhookSignature, HoldsForFiveMinutes) {
  using std::chrono::seconds;
  EXPECT_OK(verify({kId, kTime, kSignature}, kBody, kNow + seconds(300)));
  EXPECT_OK(verify({kId, kTime, kSignature}, kBody, kNow - seconds(300)));
  const auto old = verify({kId, kTime, kSignature}, kBody, kNow + seconds(301));
  ASSERT_FALSE(old);
  EXPECT_THAT(old.error().message, HasSubstr("too old"));
  EXPECT_THAT(verify({kId, kTime, kSignature}, kBody, kNow - seconds(301)).error().message, HasSubstr("future"));
}

TEST_F(WebhookSignature, WhatIsNoneIsRefused) {
  for (const char* time : {"", "0", "-1", "1614265330.0", " 1614265330", "x", "99999999999999999999", "10000000000"})
    EXPECT_FALSE(verify({kId, time, kSignature})) << time;
  EXPECT_FALSE(verify({"", kTime, kSignature}));
  EXPECT_FALSE(verify({kId, kTime, ""}));
  const std::string long_list(100'000, ' ');
  EXPECT_FALSE(verify({kId, kTime, long_list + kSignature}));
}

TEST(WebhookSecrets, AreTakenOverOneByOne) {
  const std::string next = "whsec_" + to_base64(std::string(32, 'n'));
  const auto both = unwrap(WebhookSecrets::parse({next, kSecret}));
  EXPECT_OK(both.verify({kId, kTime, kSignature}, kBody, kNow));
  const auto only_next = unwrap(WebhookSecrets::parse({next}));
  EXPECT_FALSE(only_next.verify({kId, kTime, kSignature}, kBody, kNow));
}

TEST(WebhookSecrets, ThatAreNoneAreNotTold) {
  for (const std::string& text : {std::string("secret-text"), "whsec_" + to_base64("short"), std::string("whsec_***"),
                                  "whsec_" + to_base64(std::string(65, 'x')), std::string()}) {
    const auto refused = WebhookSecrets::parse({text});
    ASSERT_FALSE(refused) << text;
    EXPECT_THAT(refused.error().message, testing::Not(HasSubstr("secret-text")));
  }
  EXPECT_FALSE(WebhookSecrets::parse({}));
}

}  // namespace
}  // namespace caudal::payments
