// SPDX-License-Identifier: Apache-2.0
// Putting and copying objects: what of a request is kept, what a copy takes from its source, and on which conditions.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

using Headers = std::vector<std::pair<std::string, std::string>>;

class Writes : public S3Fixture {
 protected:
  http::RawResponse put(const std::string& target, const std::string& body, Headers headers = {}) {
    return house_.send({.method = "PUT", .target = target, .headers = std::move(headers), .body = body});
  }
  http::RawResponse copy(const std::string& target, const std::string& source, Headers headers = {}) {
    headers.emplace_back("x-amz-copy-source", source);
    return put(target, "", std::move(headers));
  }
  http::RawResponse get(const std::string& target) { return house_.send("GET", target); }
  static std::string etag(const std::string& bytes) { return "\"" + to_hex(md5_of(bytes)) + "\""; }
};

TEST_F(Writes, OnConditionsOfWhatIsThere) {
  const Headers create_only = {{"If-None-Match", "*"}};
  EXPECT_EQ(put("/lake/a", "one", create_only).status, 200);
  const auto second = put("/lake/a", "two", create_only);
  EXPECT_EQ(second.status, 412);
  EXPECT_THAT(second.body, HasSubstr("<Condition>If-None-Match</Condition>"));
  EXPECT_EQ(put("/lake/a", "two", {{"If-Match", etag("one")}}).status, 200);
  EXPECT_EQ(put("/lake/a", "three", {{"If-Match", etag("one")}}).status, 412);
  EXPECT_EQ(code_of(put("/lake/absent", "x", {{"If-Match", etag("one")}})), "NoSuchKey");
  EXPECT_EQ(get("/lake/a").body, "two");
}

TEST_F(Writes, AConditionOnWhatIsThereNeedsLeaveToRead) {
  ASSERT_EQ(put("/lake/a", "one").status, 200);
  const aws::Credentials writer = user("writer", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]})");
  const auto guess = house_.send({.method = "PUT",
                                  .target = "/lake/a",
                                  .headers = {{"If-Match", etag("one")}},
                                  .body = "x",
                                  .credentials = writer});
  EXPECT_EQ(guess.status, 403) << "else the ETag of what may not be read could be guessed";
  EXPECT_EQ(as(writer, "PUT", "/lake/a", "x").status, 200);
}

TEST_F(Writes, WhatWouldBeUnderstoodOtherwiseIsRefused) {
  ASSERT_EQ(put("/lake/a", "hello").status, 200);
  EXPECT_EQ(put("/lake/a", "x", {{"x-amz-write-offset-bytes", "5"}}).status, 501) << "appending, which is not offered";
  EXPECT_EQ(put("/lake/a", "x", {{"If-None-Match", etag("other")}}).status, 501) << "would tell the ETag by guesses";
  EXPECT_EQ(put("/lake/a", "x", {{"x-amz-server-side-encryption-aws-kms-key-id", "k"}}).status, 400);
  EXPECT_EQ(code_of(put("/lake/a", "x", {{"x-amz-website-redirect-location", "a"}})), "InvalidRedirectLocation");
  EXPECT_EQ(
      copy("/lake/b", "lake/a", {{"x-amz-copy-source-server-side-encryption-customer-algorithm", "AES256"}}).status,
      501);
  EXPECT_EQ(get("/lake/a").body, "hello");
  EXPECT_EQ(get("/lake/b").status, 404);
}

TEST_F(Writes, ACopyMayHaveAnotherChecksum) {
  ASSERT_EQ(put("/lake/from", "123456789", {{"x-amz-checksum-crc32", "y/Q5Jg=="}}).status, 200);
  const auto copied = copy("/lake/to", "lake/from", {{"x-amz-checksum-algorithm", "CRC32C"}});
  EXPECT_EQ(copied.status, 200);
  EXPECT_THAT(copied.body, HasSubstr("<ChecksumCRC32C>4waSgw==</ChecksumCRC32C>"));
  EXPECT_THAT(copied.body, Not(HasSubstr("ChecksumCRC32>")));
  const auto got = house_.send({.target = "/lake/to", .headers = {{"x-amz-checksum-mode", "ENABLED"}}});
  EXPECT_TRUE(got.has("x-amz-checksum-crc32c: 4waSgw==")) << got.head;
  EXPECT_EQ(copy("/lake/to", "lake/to", {{"x-amz-checksum-algorithm", "SHA1"}}).status, 200) << "that is a change, too";
  EXPECT_EQ(copy("/lake/to", "lake/from", {{"x-amz-checksum-algorithm", "MD5"}}).status, 400);
}

TEST_F(Writes, WhatCannotBeKeptIsRefused) {
  const std::string long_value(2100, 'v');
  EXPECT_EQ(code_of(put("/lake/a", "x", {{"x-amz-meta-long", long_value}})), "MetadataTooLarge");
  EXPECT_EQ(code_of(put("/lake/a", "x", {{"x-amz-storage-class", "COLD"}})), "InvalidStorageClass");
  EXPECT_EQ(code_of(put("/lake/a", "x", {{"x-amz-acl", "public-read"}})), "AccessControlListNotSupported");
  EXPECT_EQ(put("/lake/a", "x", {{"x-amz-server-side-encryption", "aws:kms"}}).status, 501);
  EXPECT_EQ(code_of(put("/lake/a", "x", {{"x-amz-object-lock-mode", "GOVERNANCE"}})), "InvalidRequest");
  EXPECT_EQ(code_of(put("/lake/" + std::string(1025, 'k'), "x")), "KeyTooLongError");
  EXPECT_EQ(code_of(put("/nowhere/a", "x")), "NoSuchBucket");
  EXPECT_EQ(get("/lake/a").status, 404);
}

TEST_F(Writes, TagsThatComeWithItNeedTheirOwnPermission) {
  const aws::Credentials writer = user("writer", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]})");
  const auto tagged = house_.send({.method = "PUT",
                                   .target = "/lake/a",
                                   .headers = {{"x-amz-tagging", "a=1"}},
                                   .body = "x",
                                   .credentials = writer});
  EXPECT_EQ(tagged.status, 403);
  EXPECT_EQ(get("/lake/a").status, 404);
}

TEST_F(Writes, ACopyHasWhatItsSourceHas) {
  ASSERT_EQ(put("/lake/from", "hello",
                {{"Content-Type", "text/csv"},
                 {"x-amz-meta-month", "1"},
                 {"x-amz-tagging", "a=1"},
                 {"x-amz-storage-class", "STANDARD_IA"}})
                .status,
            200);
  const auto copied = copy("/lake/to", "lake/from");
  EXPECT_EQ(copied.status, 200);
  EXPECT_THAT(copied.body, HasSubstr("<CopyObjectResult"));
  const auto got = get("/lake/to");
  EXPECT_EQ(got.body, "hello");
  EXPECT_TRUE(got.has("Content-Type: text/csv"));
  EXPECT_TRUE(got.has("x-amz-meta-month: 1"));
  EXPECT_TRUE(got.has("x-amz-tagging-count: 1"));
  EXPECT_FALSE(got.has("x-amz-storage-class: STANDARD_IA")) << "where it lies is the request's to say";
}

TEST_F(Writes, ACopyMayBeGivenOtherMetadataAndTags) {
  ASSERT_EQ(put("/lake/from", "hello", {{"Content-Type", "text/csv"}, {"x-amz-tagging", "a=1"}}).status, 200);
  ASSERT_EQ(copy("/lake/to", "lake/from",
                 {{"x-amz-metadata-directive", "REPLACE"}, {"Content-Type", "text/plain"}, {"x-amz-meta-new", "1"}})
                .status,
            200);
  const auto got = get("/lake/to");
  EXPECT_TRUE(got.has("Content-Type: text/plain"));
  EXPECT_TRUE(got.has("x-amz-meta-new: 1"));
  EXPECT_TRUE(got.has("x-amz-tagging-count: 1")) << "tags have their own directive";
  ASSERT_EQ(
      copy("/lake/to", "lake/from", {{"x-amz-tagging-directive", "REPLACE"}, {"x-amz-tagging", "b=1&c=2"}}).status,
      200);
  EXPECT_TRUE(get("/lake/to").has("x-amz-tagging-count: 2"));
  EXPECT_EQ(code_of(copy("/lake/to", "lake/from", {{"x-amz-metadata-directive", "MERGE"}})), "InvalidArgument");
}

TEST_F(Writes, ACopyOntoItselfMustChangeSomething) {
  ASSERT_EQ(put("/lake/a", "hello").status, 200);
  EXPECT_EQ(code_of(copy("/lake/a", "lake/a")), "InvalidRequest");
  EXPECT_EQ(copy("/lake/a", "lake/a", {{"x-amz-metadata-directive", "REPLACE"}, {"Content-Type", "text/csv"}}).status,
            200);
  const auto got = get("/lake/a");
  EXPECT_EQ(got.body, "hello");
  EXPECT_TRUE(got.has("Content-Type: text/csv"));
}

TEST_F(Writes, ACopyOnConditionsOfItsSource) {
  ASSERT_EQ(put("/lake/from", "hello").status, 200);
  EXPECT_EQ(copy("/lake/to", "lake/from", {{"x-amz-copy-source-if-match", etag("hello")}}).status, 200);
  EXPECT_EQ(copy("/lake/to", "lake/from", {{"x-amz-copy-source-if-match", etag("other")}}).status, 412);
  EXPECT_EQ(copy("/lake/to", "lake/from", {{"x-amz-copy-source-if-none-match", etag("hello")}}).status, 412)
      << "a copy knows no 304";
  EXPECT_EQ(copy("/lake/to", "lake/from", {{"If-None-Match", "*"}}).status, 412) << "the target is there";
  EXPECT_EQ(copy("/lake/new", "lake/from", {{"If-None-Match", "*"}}).status, 200);
}

TEST_F(Writes, ACopyOfAnOlderVersion) {
  ASSERT_EQ(
      put("/lake?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>").status,
      200);
  ASSERT_EQ(put("/lake/a", "old").status, 200);
  const std::string body = house_.send("GET", "/lake?versions").body;
  const size_t at = body.find("<VersionId>") + 11;
  const std::string version = body.substr(at, body.find('<', at) - at);
  ASSERT_EQ(put("/lake/a", "new").status, 200);
  const auto copied = copy("/lake/b", "lake/a?versionId=" + version);
  EXPECT_EQ(copied.status, 200);
  EXPECT_TRUE(copied.has("x-amz-copy-source-version-id: " + version)) << copied.head;
  EXPECT_EQ(get("/lake/b").body, "old");
  EXPECT_EQ(code_of(copy("/lake/b", "lake/a?versionId=" + std::string(32, '0'))), "NoSuchVersion");
}

}  // namespace
}  // namespace caudal::api::s3
