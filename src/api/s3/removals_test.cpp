// SPDX-License-Identifier: Apache-2.0
// Removing one and many: what each key gets, in the answer and in the audit log.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

class Removals : public S3Fixture {
 protected:
  http::RawResponse remove(const std::string& objects, const aws::Credentials& who,
                           const std::string& bucket = "lake") {
    const std::string body = "<Delete>" + objects + "</Delete>";
    return house_.send({.method = "POST",
                        .target = "/" + bucket + "?delete",
                        .headers = {{"Content-MD5", to_base64(md5_of(body))}},
                        .body = body,
                        .credentials = who});
  }
  static std::string key(const std::string& name, const std::string& more = {}) {
    return "<Object><Key>" + name + "</Key>" + more + "</Object>";
  }
};

constexpr const char* kTmpOnly = R"({"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"s3:DeleteObject*","Resource":"arn:aws:s3:::lake/tmp/*"},
    {"Sid":"Hold","Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::lake/tmp/held"}]})";

TEST_F(Removals, EveryKeyOfABatchIsRecorded) {
  ASSERT_EQ(house_.send("PUT", "/lake/tmp/a", "x").status, 200);
  const aws::Credentials cleaner = user("cleaner", kTmpOnly);
  const auto answer = remove(key("tmp/a") + key("kept/b") + key("tmp/held") + key("tmp/absent"), cleaner);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto rows = recorded("DeleteObject");
  ASSERT_EQ(rows.size(), 4U);
  const auto row = [&](size_t n) {
    return fmt::format("{} {} {} {}", rows[n].resource, rows[n].decision, rows[n].status, rows[n].error_code);
  };
  EXPECT_EQ(row(0), "arn:aws:s3:::lake/tmp/a allow 204 ");
  EXPECT_EQ(row(1), "arn:aws:s3:::lake/kept/b implicit_deny 403 AccessDenied");
  EXPECT_EQ(row(2), "arn:aws:s3:::lake/tmp/held explicit_deny 403 AccessDenied");
  EXPECT_EQ(row(3), "arn:aws:s3:::lake/tmp/absent allow 204 ");
  EXPECT_THAT(rows[2].decided_by, HasSubstr("Hold"));
  const auto whole = recorded("DeleteObjects");
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_EQ(whole[0].resource, "arn:aws:s3:::lake");
  EXPECT_EQ(whole[0].status, 200);
  EXPECT_EQ(whole[0].decision, "") << "it is decided key by key";
  for (const audit::Record& one : rows) {
    EXPECT_EQ(one.request_id, whole[0].request_id);
    EXPECT_EQ(one.principal, "arn:aws:iam::000000000000:user/cleaner");
    EXPECT_EQ(one.access_key_id, cleaner.access_key_id);
  }
}

TEST_F(Removals, WhoMayRemoveNothingIsRecordedAsRefused) {
  const aws::Credentials nobody = user("nobody");
  const auto answer = remove(key("a") + key("b"), nobody, "nowhere");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, Not(HasSubstr("NoSuchBucket")));
  EXPECT_EQ(recorded("DeleteObject").size(), 2U);
  const auto whole = recorded("DeleteObjects");
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_EQ(whole[0].decision, "implicit_deny");
}

TEST_F(Removals, AConditionThatFailsIsThatKeysAlone) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  ASSERT_EQ(house_.send("PUT", "/lake/b", "y").status, 200);
  const auto answer = remove(key("a", "<ETag>\"0000\"</ETag>") + key("b"), house_.root);
  EXPECT_THAT(answer.body, HasSubstr("<Deleted><Key>b</Key></Deleted>"));
  EXPECT_THAT(answer.body, HasSubstr("<Code>PreconditionFailed</Code>"));
  EXPECT_EQ(house_.send("GET", "/lake/a").status, 200);
  const auto rows = recorded("DeleteObject");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].status, 412);
  EXPECT_EQ(rows[0].error_code, "PreconditionFailed");
  EXPECT_EQ(rows[1].status, 204);
}

TEST_F(Removals, AConditionNeedsLeaveToRead) {
  ASSERT_EQ(house_.send("PUT", "/lake/tmp/a", "x").status, 200);
  const aws::Credentials cleaner = user("cleaner", kTmpOnly);
  const std::string etag = "<ETag>\"" + to_hex(md5_of("x")) + "\"</ETag>";
  EXPECT_THAT(remove(key("tmp/a", etag), cleaner).body, HasSubstr("AccessDenied"));
  EXPECT_EQ(house_.send("GET", "/lake/tmp/a").status, 200);
}

TEST_F(Removals, TheSameKeyTwiceIsTwoRemovals) {
  ASSERT_EQ(house_
                .send("PUT", "/lake?versioning",
                      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .status,
            200);
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  const auto answer = remove(key("a") + key("a"), house_.root);
  const size_t first = answer.body.find("<DeleteMarkerVersionId>");
  ASSERT_NE(first, std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find("<DeleteMarkerVersionId>", first + 1), std::string::npos);
  EXPECT_EQ(recorded("DeleteObject").size(), 2U);
}

TEST_F(Removals, QuietTellsErrorsAlone) {
  ASSERT_EQ(house_.send("PUT", "/lake/tmp/a", "x").status, 200);
  const auto answer = remove("<Quiet>true</Quiet>" + key("tmp/a") + key("b"), user("cleaner", kTmpOnly));
  EXPECT_THAT(answer.body, Not(HasSubstr("<Deleted>")));
  EXPECT_THAT(answer.body, HasSubstr("<Error><Key>b</Key>"));
}

TEST_F(Removals, BatchesThatAreNone) {
  EXPECT_EQ(code_of(remove("", house_.root)), "MalformedXML");
  std::string many;
  for (int n = 0; n < 1001; ++n) many += key(std::to_string(n));
  EXPECT_EQ(code_of(remove(many, house_.root)), "MalformedXML");
  EXPECT_EQ(code_of(remove(key("a"), house_.root, "nowhere")), "NoSuchBucket");
}

TEST_F(Removals, AVersionThatCannotBeIsThatKeysAlone) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  ASSERT_EQ(house_.send("PUT", "/lake/b", "y").status, 200);
  const auto answer = remove(key("a", "<VersionId>abc</VersionId>") + key("b"), house_.root);
  EXPECT_THAT(answer.body, HasSubstr("<Code>NoSuchVersion</Code>"));
  EXPECT_THAT(answer.body, HasSubstr("<Deleted><Key>b</Key></Deleted>"));
  EXPECT_EQ(house_.send("GET", "/lake/a").status, 200);
}

TEST_F(Removals, AConditionAndAVersion) {
  ASSERT_EQ(house_
                .send("PUT", "/lake?versioning",
                      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .status,
            200);
  const auto version_of = [](const http::RawResponse& put) {
    const size_t at = put.head.find("x-amz-version-id: ") + 18;
    return put.head.substr(at, 32);
  };
  const std::string first = version_of(house_.send("PUT", "/lake/a", "one"));
  ASSERT_EQ(house_.send("PUT", "/lake/a", "two").status, 200);
  const auto refused = house_.send({.method = "DELETE",
                                    .target = "/lake/a?versionId=" + first,
                                    .headers = {{"If-Match", "\"" + to_hex(md5_of("two")) + "\""}}});
  EXPECT_EQ(refused.status, 501) << "nobody removes one version because another is as expected";
  EXPECT_EQ(house_.send("GET", "/lake/a?versionId=" + first).body, "one");
  const auto of = [&](const std::string& body) {
    return key("a", "<VersionId>" + first + "</VersionId><ETag>\"" + to_hex(md5_of(body)) + "\"</ETag>");
  };
  EXPECT_THAT(remove(of("two"), house_.root).body, HasSubstr("<Code>PreconditionFailed</Code>"));
  EXPECT_THAT(remove(of("one"), house_.root).body, HasSubstr("<Deleted>"));
  EXPECT_EQ(code_of(house_.send("GET", "/lake/a?versionId=" + first)), "NoSuchVersion");
  EXPECT_EQ(house_.send("GET", "/lake/a").body, "two");
}

}  // namespace
}  // namespace caudal::api::s3
