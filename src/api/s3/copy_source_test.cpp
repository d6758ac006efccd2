// SPDX-License-Identifier: Apache-2.0
// Where copies are from: how the header is read, what may be copied, and that the source is in the audit log.
#include "api/s3/copy_source.h"

#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::string read(std::string_view text) {
  const auto source = parse_copy_source(text);
  if (!source) return source.error().code;
  return source->ref.bucket + " " + source->ref.key + (source->version ? " " + *source->version : "");
}

TEST(ParseCopySource, BucketKeyAndVersion) {
  EXPECT_EQ(read("lake/a"), "lake a");
  EXPECT_EQ(read("/lake/a/b/c"), "lake a/b/c");
  EXPECT_EQ(read("lake/a?versionId=3HL4"), "lake a 3HL4");
  EXPECT_EQ(read("lake/a?versionId=null"), "lake a null");
}

TEST(ParseCopySource, WhatIsEncodedIsDecodedOnce) {
  EXPECT_EQ(read("lake/a%20b%2Fc"), "lake a b/c");
  EXPECT_EQ(read("%2Flake%2Fa"), "lake a");
  EXPECT_EQ(read("lake/100%2525"), "lake 100%25");
  EXPECT_EQ(read("lake/a+b"), "lake a+b") << "a plus is a plus: this is no form";
  EXPECT_EQ(read("lake/a%3FversionId=x"), "lake a?versionId=x") << "an encoded question mark is the key's";
  EXPECT_EQ(read("lake/a?b"), "lake a?b") << "and so is any that no version follows";
}

TEST(ParseCopySource, KeysThatLookLikePaths) {
  EXPECT_EQ(read("lake/../a"), "lake ../a");
  EXPECT_EQ(read("lake//a"), "lake /a");
  EXPECT_EQ(read("lake/a/"), "lake a/");
}

TEST(ParseCopySource, NoSource) {
  for (const char* text : {"", "/", "lake", "/lake", "lake/", "//a", "lake/a?versionId="}) {
    EXPECT_EQ(read(text), "InvalidArgument") << text;
  }
}

TEST(CheckCopiedSize, FiveGibibytesAtMost) {
  EXPECT_TRUE(check_copied_size(0));
  EXPECT_TRUE(check_copied_size(uint64_t{5} << 30));
  const auto refused = check_copied_size((uint64_t{5} << 30) + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "InvalidRequest");
  EXPECT_EQ(refused.error().status, 400);
  EXPECT_EQ(refused.error().message,
            "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120");
}

class Copies : public S3Fixture {
 protected:
  Copies() { EXPECT_EQ(house_.send("PUT", "/lake/from", "hello").status, 200); }
  http::RawResponse copy(const std::string& target, const std::string& source, const aws::Credentials& who) {
    return house_.send(
        {.method = "PUT", .target = target, .headers = {{"x-amz-copy-source", source}}, .credentials = who});
  }
};

constexpr const char* kWriter = R"({"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]})";

TEST_F(Copies, TheSourceIsRecordedBesideTheTarget) {
  ASSERT_EQ(copy("/lake/to", "lake/from", house_.root).status, 200);
  const auto sources = recorded("GetObject");
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].resource, "arn:aws:s3:::lake/from");
  EXPECT_EQ(sources[0].decision, "allow");
  EXPECT_EQ(sources[0].status, 200);
  const auto targets = recorded("CopyObject");
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets[0].resource, "arn:aws:s3:::lake/to");
  EXPECT_EQ(targets[0].request_id, sources[0].request_id);
}

TEST_F(Copies, ASourceThatMayNotBeReadIsSeenInTheLog) {
  const aws::Credentials writer = user("writer", kWriter);
  EXPECT_EQ(copy("/lake/to", "lake/from", writer).status, 403);
  EXPECT_EQ(copy("/lake/to", "lake/absent", writer).status, 403) << "that it is not there is not told";
  const std::string upload = begin_upload("parts");
  EXPECT_EQ(copy("/lake/parts?partNumber=1&uploadId=" + upload, "lake/from", writer).status, 403);
  const auto sources = recorded("GetObject");
  ASSERT_EQ(sources.size(), 3U);
  std::vector<std::string> resources;  // in no order: a request is told of after its answer has gone
  for (const audit::Record& source : sources) {
    resources.push_back(source.resource);
    EXPECT_EQ(source.decision, "implicit_deny");
    EXPECT_EQ(source.error_code, "AccessDenied");
    EXPECT_EQ(source.principal, "arn:aws:iam::000000000000:user/writer");
  }
  EXPECT_THAT(resources,
              UnorderedElementsAre("arn:aws:s3:::lake/absent", "arn:aws:s3:::lake/from", "arn:aws:s3:::lake/from"));
  ASSERT_EQ(recorded("UploadPartCopy").size(), 1U);
  EXPECT_EQ(recorded("UploadPartCopy")[0].decision, "implicit_deny") << "the request failed for it";
}

TEST_F(Copies, ASourceThatIsNotThereIsRecordedWithWhatTheRequestGot) {
  EXPECT_EQ(code_of(copy("/lake/to", "lake/absent", house_.root)), "NoSuchKey");
  const auto sources = recorded("GetObject");
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].status, 404);
  EXPECT_EQ(sources[0].error_code, "NoSuchKey");
}

TEST_F(Copies, OfADeleteMarkerByItsVersion) {
  ASSERT_EQ(house_
                .send("PUT", "/lake?versioning",
                      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .status,
            200);
  const auto removed = house_.send("DELETE", "/lake/from");
  const std::string name = "x-amz-version-id: ";
  const size_t at = removed.head.find(name) + name.size();
  const std::string marker = removed.head.substr(at, removed.head.find("\r\n", at) - at);
  const auto by_version = copy("/lake/to", "lake/from?versionId=" + marker, house_.root);
  EXPECT_EQ(by_version.status, 400);
  EXPECT_THAT(by_version.body, HasSubstr("delete marker"));
  EXPECT_EQ(code_of(copy("/lake/to", "lake/from", house_.root)), "NoSuchKey");
}

TEST_F(Copies, OfAnObjectInPartsKeepItsETagAndItsParts) {
  const std::string one(kTestPartBytes, 'a');
  const std::string upload = begin_upload("parts");
  ASSERT_EQ(house_.send("PUT", "/lake/parts?partNumber=1&uploadId=" + upload, one).status, 200);
  ASSERT_EQ(house_.send("PUT", "/lake/parts?partNumber=2&uploadId=" + upload, "end").status, 200);
  ASSERT_EQ(house_.send("POST", "/lake/parts?uploadId=" + upload, completion({{1, one}, {2, "end"}})).status, 200);
  const auto copied = copy("/lake/copied", "lake/parts", house_.root);
  ASSERT_EQ(copied.status, 200) << copied.body;
  EXPECT_THAT(copied.body, HasSubstr("-2&quot;</ETag>"));
  const auto second = house_.send("GET", "/lake/copied?partNumber=2");
  EXPECT_EQ(second.body, "end");
  EXPECT_TRUE(second.has("x-amz-mp-parts-count: 2")) << second.head;
}

}  // namespace
}  // namespace caudal::api::s3
