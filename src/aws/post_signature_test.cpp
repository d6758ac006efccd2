// SPDX-License-Identifier: Apache-2.0
// The worked example of the S3 API reference ("Example: Browser-Based Upload using HTTP POST").
#include "aws/post_signature.h"

#include <gtest/gtest.h>

#include "aws/testing/signed_requests.h"
#include "base/encoding.h"
#include "base/testing/manual_clock.h"

namespace caudal::aws {
namespace {

// The policy of the example: its bytes, with CR LF and all, are what is signed.
std::string example_policy() {
  return to_base64(
      "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n  \"conditions\": [\r\n    {\"bucket\": "
      "\"sigv4examplebucket\"},\r\n"
      "    [\"starts-with\", \"$key\", \"user/user1/\"],\r\n    {\"acl\": \"public-read\"},\r\n"
      "    {\"success_action_redirect\": \"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},\r\n"
      "    [\"starts-with\", \"$Content-Type\", \"image/\"],\r\n    {\"x-amz-meta-uuid\": \"14365123651274\"},\r\n"
      "    {\"x-amz-server-side-encryption\": \"AES256\"},\r\n    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],\r\n\r\n"
      "    {\"x-amz-credential\": \"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"},\r\n"
      "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},\r\n    {\"x-amz-date\": \"20151229T000000Z\" }\r\n  ]\r\n}");
}

class PostSignatureTest : public ::testing::Test {
 protected:
  std::vector<FormField> fields_ = {
      {"key", "user/user1/${filename}"},
      {"X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},
      {"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
      {"X-Amz-Date", "20151229T000000Z"},
      {"Policy", example_policy()},
      {"X-Amz-Signature", "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"}};

  std::string& value(std::string_view name) {
    return std::ranges::find_if(fields_, [&](const FormField& f) { return f.first == name; })->second;
  }
  // "ok", or the code of the refusal.
  std::string outcome(std::string_view secret = testing::kS3ExampleSecret) {
    auto post = read_post_claim(fields_);
    if (!post) return post.error().code;
    if (!*post) return "anonymous";
    auto checked = check_post_claim(verifier_, **post, secret);
    return checked ? "ok" : checked.error().code;
  }
  ManualClock clock_{Timestamp()};
  Verifier verifier_{clock_, {.service = "s3", .region = {}}};
};

TEST_F(PostSignatureTest, AcceptsTheExampleOfTheReference) {
  EXPECT_EQ(outcome(), "ok");
  EXPECT_EQ((*read_post_claim(fields_))->claim.access_key_id, testing::kS3ExampleKey);
}

TEST_F(PostSignatureTest, RefusesAnotherPolicySecretOrSignature) {
  EXPECT_EQ(outcome("another"), "SignatureDoesNotMatch");
  value("Policy").front() = 'f';
  EXPECT_EQ(outcome(), "SignatureDoesNotMatch");
  value("Policy") = example_policy();
  value("X-Amz-Signature").back() = 'f';
  EXPECT_EQ(outcome(), "SignatureDoesNotMatch");
}

TEST_F(PostSignatureTest, RefusesAnotherScope) {
  value("X-Amz-Credential") = "AKIAIOSFODNN7EXAMPLE/20151228/us-east-1/s3/aws4_request";
  EXPECT_EQ(outcome(), "AuthorizationQueryParametersError");
  value("X-Amz-Credential") = "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/glue/aws4_request";
  EXPECT_EQ(outcome(), "AuthorizationQueryParametersError");
  value("X-Amz-Credential") = "AKIAIOSFODNN7EXAMPLE";
  EXPECT_EQ(outcome(), "AuthorizationQueryParametersError");
}

TEST_F(PostSignatureTest, AFormWithoutSignatureIsAnonymousAndHalfOfOneIsRefused) {
  const std::vector<FormField> all = fields_;
  for (const std::string_view name :
       {"Policy", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Algorithm", "X-Amz-Date"}) {
    fields_ = all;
    std::erase_if(fields_, [&](const FormField& f) { return f.first == name; });
    const auto post = read_post_claim(fields_);
    ASSERT_FALSE(post.has_value());
    EXPECT_EQ(post.error().message, "Bucket POST must contain a field named '" + std::string(name) +
                                        "'.  If it is specified, please check the order of the fields.");
  }
  fields_ = {{"key", "a"}};
  EXPECT_EQ(outcome(), "anonymous");
  fields_ = {{"key", "a"}, {"AWSAccessKeyId", "a"}, {"signature", "b"}};
  EXPECT_EQ(outcome(), "InvalidRequest");
}

}  // namespace
}  // namespace caudal::aws
