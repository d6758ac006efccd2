// SPDX-License-Identifier: Apache-2.0
// Files that browsers post by a form: for which bucket and key, under which conditions, and what the browser is told.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"
#include "aws/signing_keys.h"
#include "aws/sigv4.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;

using Fields = std::vector<std::pair<std::string, std::string>>;

class PostedForm : public S3Fixture {
 protected:
  // What a form is sent with beside its fields.
  struct Form {
    std::string bucket = "lake";
    std::string more_conditions = {};  // each with a comma before it
    std::string file = "bytes";
    std::string file_name = "f";
    bool is_signed = true;
  };

  // A form that root signed for bucket "lake" and keys under up/, with `fields` added.
  http::RawResponse post(const Form& form, const Fields& fields) {
    const std::string scope = "20240301/us-east-1/s3/aws4_request";
    std::string conditions = R"({"bucket":"lake"},["starts-with","$key","up/"],["starts-with","$x-amz-algorithm",""],
        ["starts-with","$x-amz-credential",""],["starts-with","$x-amz-date",""])";
    for (const auto& [name, value] : fields) {
      if (name != "key" && name != "bucket") conditions += ",[\"starts-with\",\"$" + name + "\",\"\"]";
    }
    conditions += form.more_conditions;
    const std::string policy = to_base64(R"({"expiration":"2024-03-02T00:00:00Z","conditions":[)" + conditions + "]}");
    aws::SigningKeys keys;
    const auto key = keys.key(house_.root.secret, {.date = "20240301", .region = "us-east-1", .service = "s3"});
    Fields all;
    if (form.is_signed) {
      all = {{"policy", policy},
             {"x-amz-algorithm", "AWS4-HMAC-SHA256"},
             {"x-amz-credential", house_.root.access_key_id + "/" + scope},
             {"x-amz-date", "20240301T000000Z"},
             {"x-amz-signature", aws::signature_of(key, policy)}};
    }
    all.insert(all.end(), fields.begin(), fields.end());
    std::string body;
    for (const auto& [name, value] : all) {
      body += "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    body += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + form.file_name + "\"\r\n\r\n" +
            form.file + "\r\n--b--\r\n";
    return house_.send({.method = "POST",
                        .target = "/" + form.bucket,
                        .headers = {{"Content-Type", "multipart/form-data; boundary=b"}},
                        .body = body,
                        .anonymous = true});
  }
  http::RawResponse post(const std::string& bucket, const Fields& fields) {
    return post(Form{.bucket = bucket}, fields);
  }
};

TEST_F(PostedForm, IsForTheBucketThatItsPolicyNames) {
  ASSERT_EQ(house_.send("PUT", "/payroll").status, 200);
  const auto stored = post("lake", {{"key", "up/a"}});
  EXPECT_EQ(stored.status, 204) << stored.body;
  EXPECT_EQ(house_.send("GET", "/lake/up/a").body, "bytes");
  EXPECT_EQ(post("payroll", {{"key", "up/a"}}).status, 403);
  EXPECT_EQ(post("payroll", {{"key", "up/a"}, {"bucket", "lake"}}).status, 400)
      << "what it says of itself is not believed";
  EXPECT_EQ(house_.send("GET", "/payroll/up/a").status, 404);
  EXPECT_EQ(post("lake", {{"key", "down/a"}}).status, 403);
  EXPECT_EQ(post("lake", {{"key", "up/a"}, {"key", "down/a"}}).status, 400);
}

TEST_F(PostedForm, IsJudgedByItsFields) {
  ASSERT_EQ(house_
                .send("PUT", "/lake?policy", R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",
      "Action":"s3:PutObject","Resource":"arn:aws:s3:::lake/*","Condition":{"StringEquals":{"s3:RequestObjectTag/class":"secret"}}}]})")
                .status,
            204);
  const auto tags = [](const std::string& value) {
    return "<Tagging><TagSet><Tag><Key>class</Key><Value>" + value + "</Value></Tag></TagSet></Tagging>";
  };
  EXPECT_EQ(post("lake", {{"key", "up/a"}, {"tagging", tags("open")}}).status, 204);
  EXPECT_EQ(post("lake", {{"key", "up/b"}, {"tagging", tags("secret")}}).status, 403);
  EXPECT_EQ(post("lake", {{"key", "up/c"}, {"cache-control", "a\r\nb"}}).status, 400);
}

TEST_F(PostedForm, IsStoredUnderItsKeyWithWhatItsFieldsSay) {
  const auto posted =
      post("lake", {{"key", "up/a"},
                    {"content-type", "text/csv"},
                    {"cache-control", "no-cache"},
                    {"x-amz-meta-month", "2024-01"},
                    {"tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"}});
  EXPECT_EQ(posted.status, 204) << posted.body;
  EXPECT_TRUE(posted.has("ETag: \"" + to_hex(md5_of("bytes")) + "\"")) << posted.head;
  const auto got = house_.send("GET", "/lake/up/a");
  EXPECT_EQ(got.body, "bytes");
  EXPECT_TRUE(got.has("Content-Type: text/csv")) << got.head;
  EXPECT_TRUE(got.has("Cache-Control: no-cache"));
  EXPECT_TRUE(got.has("x-amz-meta-month: 2024-01"));
  EXPECT_TRUE(got.has("x-amz-tagging-count: 1"));
}

TEST_F(PostedForm, TheNameOfTheFileMayBePartOfTheKey) {
  EXPECT_EQ(post(Form{.file_name = "report.csv"}, {{"key", "up/${filename}"}}).status, 204);
  EXPECT_EQ(house_.send("GET", "/lake/up/report.csv").body, "bytes");
}

TEST_F(PostedForm, TellsTheBrowserAsItAsksFor) {
  EXPECT_EQ(post("lake", {{"key", "up/a"}, {"success_action_status", "200"}}).status, 200);
  const auto created = post("lake", {{"key", "up/b c"}, {"success_action_status", "201"}});
  EXPECT_EQ(created.status, 201);
  EXPECT_THAT(created.body, HasSubstr("<Bucket>lake</Bucket><Key>up/b c</Key>"));
  EXPECT_EQ(post("lake", {{"key", "up/c"}, {"success_action_status", "500"}}).status, 204) << "only those two";
  const auto redirected = post("lake", {{"key", "up/d"}, {"success_action_redirect", "https://example.org/done?x=1"}});
  EXPECT_EQ(redirected.status, 303);
  EXPECT_THAT(redirected.head, HasSubstr("Location: https://example.org/done?x=1&bucket=lake&key=up%2Fd&etag="));
  EXPECT_EQ(post("lake", {{"key", "up/e"}, {"success_action_redirect", "javascript:alert(1)"}}).status, 204);
}

TEST_F(PostedForm, TheFileHasTheSizeThatThePolicyAllows) {
  const auto sized = [&](const std::string& range) {
    return post(Form{.more_conditions = ",[\"content-length-range\"," + range + "]"}, {{"key", "up/a"}});
  };
  EXPECT_EQ(sized("5,5").status, 204);
  ASSERT_EQ(house_.send("DELETE", "/lake/up/a").status, 204);
  const auto large = sized("1,4");
  EXPECT_EQ(code_of(large), "EntityTooLarge");
  EXPECT_THAT(large.body, HasSubstr("<MaxSizeAllowed>4</MaxSizeAllowed>"));
  const auto small = sized("6,10");
  EXPECT_EQ(code_of(small), "EntityTooSmall");
  EXPECT_THAT(small.body, HasSubstr("<ProposedSize>5</ProposedSize><MinSizeAllowed>6</MinSizeAllowed>"));
  EXPECT_EQ(house_.send("GET", "/lake/up/a").status, 404);
}

TEST_F(PostedForm, ChecksumsAreHeld) {
  EXPECT_EQ(post("lake", {{"key", "up/a"}, {"x-amz-checksum-crc32", "AAAAAA=="}}).status, 400);
  EXPECT_EQ(house_.send("GET", "/lake/up/a").status, 404);
}

TEST_F(PostedForm, WhatIsNotOfferedIsRefusedAsInHeaders) {
  const auto code = [&](const std::string& name, const std::string& value) {
    return code_of(post("lake", {{"key", "up/a"}, {name, value}}));
  };
  EXPECT_EQ(code("x-amz-object-lock-mode", "GOVERNANCE"), "InvalidRequest");
  EXPECT_EQ(code("x-amz-object-lock-legal-hold", "ON"), "InvalidRequest");
  EXPECT_EQ(code("x-amz-server-side-encryption-aws-kms-key-id", "k"), "InvalidArgument");
  EXPECT_EQ(code("x-amz-website-redirect-location", "elsewhere"), "InvalidRedirectLocation");
  EXPECT_EQ(house_.send("GET", "/lake/up/a").status, 404);
}

TEST_F(PostedForm, NeedsAKeyAndASignature) {
  EXPECT_EQ(code_of(post("lake", {{"success_action_status", "200"}})), "InvalidArgument");
  EXPECT_EQ(post(Form{.is_signed = false}, {{"key", "up/a"}}).status, 403) << "nobody may write here unsigned";
  ASSERT_EQ(house_
                .send("PUT", "/lake?policy", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::lake/open/*"}]})")
                .status,
            204);
  EXPECT_EQ(post(Form{.is_signed = false}, {{"key", "up/a"}}).status, 403);
  EXPECT_EQ(post(Form{.is_signed = false}, {{"key", "open/a"}}).status, 204);
  EXPECT_EQ(house_.send("GET", "/lake/open/a").body, "bytes");
}

TEST_F(PostedForm, IsRecordedAsWhatItIs) {
  ASSERT_EQ(post("lake", {{"key", "up/a"}}).status, 204);
  const auto rows = recorded("PostObject");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].resource, "arn:aws:s3:::lake/up/a");
  EXPECT_EQ(rows[0].decision, "allow");
  EXPECT_EQ(rows[0].principal, "arn:aws:iam::000000000000:root");
}

}  // namespace
}  // namespace caudal::api::s3
