// SPDX-License-Identifier: Apache-2.0
// The tags of objects and of their versions.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

class Tags : public S3Fixture {
 protected:
  Tags() { EXPECT_EQ(house_.send("PUT", "/lake/a", "x").status, 200); }
  http::RawResponse put(const std::string& target, const std::vector<std::pair<std::string, std::string>>& tags) {
    std::string all;
    for (const auto& [key, value] : tags) all += "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>";
    return house_.send("PUT", target, "<Tagging><TagSet>" + all + "</TagSet></Tagging>");
  }
  std::string get(const std::string& target = "/lake/a?tagging") { return house_.send("GET", target).body; }
};

TEST_F(Tags, ArePutReplacedAndRemoved) {
  EXPECT_THAT(get(), Not(HasSubstr("<Tag>"))) << "none is no error";
  EXPECT_EQ(put("/lake/a?tagging", {{"class", "raw"}, {"team", "risk"}}).status, 200);
  EXPECT_THAT(get(), HasSubstr("<Tag><Key>class</Key><Value>raw</Value></Tag>"));
  EXPECT_EQ(put("/lake/a?tagging", {{"class", "gold"}}).status, 200);
  EXPECT_THAT(get(), HasSubstr("gold"));
  EXPECT_THAT(get(), Not(HasSubstr("risk"))) << "replaced as a whole";
  EXPECT_EQ(house_.send("DELETE", "/lake/a?tagging").status, 204);
  EXPECT_THAT(get(), Not(HasSubstr("<Tag>")));
}

TEST_F(Tags, HaveTheLimitsOfS3) {
  std::vector<std::pair<std::string, std::string>> tags;
  for (int n = 0; n < 10; ++n) tags.emplace_back("k" + std::to_string(n), "v");
  EXPECT_EQ(put("/lake/a?tagging", tags).status, 200);
  tags.emplace_back("one-more", "v");
  EXPECT_EQ(code_of(put("/lake/a?tagging", tags)), "BadRequest");
  EXPECT_EQ(put("/lake/a?tagging", {{std::string(128, 'k'), std::string(256, 'v')}}).status, 200);
  EXPECT_EQ(code_of(put("/lake/a?tagging", {{std::string(129, 'k'), "v"}})), "InvalidTag");
  EXPECT_EQ(code_of(put("/lake/a?tagging", {{"k", std::string(257, 'v')}})), "InvalidTag");
  EXPECT_EQ(code_of(put("/lake/a?tagging", {{"", "v"}})), "InvalidTag");
  EXPECT_EQ(code_of(put("/lake/a?tagging", {{"k", "1"}, {"k", "2"}})), "InvalidTag");
  EXPECT_EQ(code_of(house_.send("PUT", "/lake/a?tagging", "<Tagging>")), "MalformedXML");
}

TEST_F(Tags, OfWhatIsNotThere) {
  EXPECT_EQ(code_of(put("/lake/absent?tagging", {{"a", "1"}})), "NoSuchKey");
  EXPECT_EQ(code_of(house_.send("GET", "/lake/absent?tagging")), "NoSuchKey");
  EXPECT_EQ(code_of(house_.send("DELETE", "/lake/absent?tagging")), "NoSuchKey");
  EXPECT_EQ(code_of(house_.send("GET", "/nowhere/a?tagging")), "NoSuchBucket");
}

TEST_F(Tags, EachVersionHasItsOwn) {
  ASSERT_EQ(house_
                .send("PUT", "/lake?versioning",
                      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .status,
            200);
  ASSERT_EQ(house_.send("PUT", "/lake/a", "y").status, 200);
  EXPECT_EQ(put("/lake/a?tagging&versionId=null", {{"age", "old"}}).status, 200);
  EXPECT_EQ(put("/lake/a?tagging", {{"age", "new"}}).status, 200);
  EXPECT_THAT(get("/lake/a?tagging&versionId=null"), HasSubstr("old"));
  EXPECT_THAT(get(), HasSubstr("new"));
}

TEST_F(Tags, MayBeReadByWhoMayReadThem) {
  ASSERT_EQ(put("/lake/a?tagging", {{"a", "1"}}).status, 200);
  const aws::Credentials reader = user("reader", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":["s3:GetObject","s3:GetObjectTagging"],"Resource":"*"}]})");
  EXPECT_EQ(as(reader, "GET", "/lake/a?tagging").status, 200);
  EXPECT_EQ(as(reader, "DELETE", "/lake/a?tagging").status, 403);
  EXPECT_EQ(as(reader, "GET", "/lake/a?tagging&versionId=null").status, 403) << "of a version is another permission";
}

}  // namespace
}  // namespace caudal::api::s3
