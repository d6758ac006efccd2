// SPDX-License-Identifier: Apache-2.0
#include "api/s3/post_policy.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace caudal::api::s3 {
namespace {

constexpr Timestamp kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);

Outcome<PostPolicy> parse(std::string_view json) { return PostPolicy::parse(to_base64(json)); }

std::string check(std::string_view conditions, const FormFields& fields, Timestamp now = kNow) {
  const auto policy =
      parse(std::string(R"({"expiration": "2026-11-23T00:00:00Z", "conditions": [)") + std::string(conditions) + "]}");
  if (!policy) return policy.error().message;
  const auto checked = policy->check(fields, now);
  return checked ? "" : checked.error().message;
}

TEST(PostPolicy, EachConditionHasToHold) {
  const std::string_view conditions =
      R"({"bucket": "lake"}, ["eq", "$key", "a/b"], ["starts-with", "$Content-Type", "image/"])";
  EXPECT_EQ(check(conditions, {{"bucket", "lake"}, {"key", "a/b"}, {"content-type", "image/png"}}), "");
  EXPECT_EQ(check(conditions, {{"bucket", "lake"}, {"key", "a/c"}, {"content-type", "image/png"}}),
            "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$key\", \"a/b\"]");
  EXPECT_EQ(check(conditions, {{"bucket", "lake"}, {"key", "a/b"}}),
            "Invalid according to Policy: Policy Condition failed: [\"starts-with\", \"$Content-Type\", \"image/\"]");
  EXPECT_NE(check(conditions, {{"bucket", "sea"}, {"key", "a/b"}, {"content-type", "image/png"}}), "");
}

TEST(PostPolicy, OfSeveralContentTypesEachMustBeginSo) {
  const std::string_view conditions = R"(["starts-with", "$content-type", "image/"])";
  EXPECT_EQ(check(conditions, {{"content-type", "image/png,image/gif"}}), "");
  EXPECT_NE(check(conditions, {{"content-type", "image/png,text/html"}}), "");
}

TEST(PostPolicy, FieldsWithoutAConditionAreRefused) {
  EXPECT_EQ(check("", {{"x-amz-meta-a", "1"}}), "Invalid according to Policy: Extra input fields: x-amz-meta-a");
  EXPECT_EQ(check("", {{"policy", "..."}, {"x-amz-signature", "..."}, {"x-ignore-me", "1"}, {"bucket", "lake"}}), "");
}

TEST(PostPolicy, Expires) {
  const Timestamp end = kNow + std::chrono::days(1);
  EXPECT_EQ(check("", {}, end - std::chrono::microseconds(1)), "");
  EXPECT_EQ(check("", {}, end), "Invalid according to Policy: Policy expired.");
}

TEST(PostPolicy, SizesOfTheFile) {
  const auto policy =
      parse(R"({"expiration": "2026-11-23T00:00:00.000Z", "conditions": [["content-length-range", 3, "1000"]]})");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->min_bytes(), 3U);
  EXPECT_EQ(policy->max_bytes(), 1000U);
}

TEST(PostPolicy, MalformedOnesAreRefused) {
  EXPECT_EQ(PostPolicy::parse("not base64!").error().code, "InvalidPolicyDocument");
  for (const char* json : {"", "[]", "{", R"({"conditions": []})", R"({"expiration": "2026-11-23T00:00:00Z"})",
                           R"({"expiration": "tomorrow", "conditions": []})", R"({"expiration": 1, "conditions": []})",
                           R"({"expiration": "2026-11-23T00:00:00Z", "conditions": ["eq"]})",
                           R"({"expiration": "2026-11-23T00:00:00Z", "conditions": [["eq", "$a"]]})",
                           R"({"expiration": "2026-11-23T00:00:00Z", "conditions": [["ends-with", "$a", "b"]]})",
                           R"({"expiration": "2026-11-23T00:00:00Z", "conditions": [["eq", "a", "b"]]})",
                           R"({"expiration": "2026-11-23T00:00:00Z", "conditions": [["content-length-range", -1, 5]]})",
                           R"({"expiration": "2026-11-23T00:00:00Z", "conditions": [{"a": 1}]})"}) {
    const auto policy = parse(json);
    ASSERT_FALSE(policy) << json;
    EXPECT_EQ(policy.error().code, "InvalidPolicyDocument") << json;
    EXPECT_EQ(policy.error().status, 400);
  }
}

}  // namespace
}  // namespace caudal::api::s3
