// SPDX-License-Identifier: Apache-2.0
// Uploads in parts at the door: completing again, and what is refused in which words.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;

class Multipart : public S3Fixture {
 protected:
  http::RawResponse put_part(int number, const std::string& bytes) {
    return house_.send("PUT", fmt::format("/lake/big?partNumber={}&uploadId={}", number, upload_), bytes);
  }
  http::RawResponse complete(const std::string& document,
                             std::vector<std::pair<std::string, std::string>> headers = {}) {
    return house_.send(
        {.method = "POST", .target = "/lake/big?uploadId=" + upload_, .headers = std::move(headers), .body = document});
  }
  static std::string result_of(const http::RawResponse& response) {
    const size_t from = response.body.find("<CompleteMultipartUploadResult");
    return from == std::string::npos ? response.body : response.body.substr(from);
  }
  const std::string upload_ = begin_upload("big");
  const std::string one_ = std::string(kTestPartBytes, 'a');
};

TEST_F(Multipart, CompletingAgainAnswersTheSame) {
  ASSERT_EQ(put_part(1, one_).status, 200);
  ASSERT_EQ(put_part(2, "end").status, 200);
  const auto first = complete(completion({{1, one_}, {2, "end"}}));
  ASSERT_EQ(first.status, 200) << first.body;
  const auto again = complete(completion({{1, one_}, {2, "end"}}));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(result_of(again), result_of(first));
  EXPECT_EQ(code_of(complete(completion({{1, one_}}))), "NoSuchUpload") << "other parts are another request";
  EXPECT_EQ(code_of(house_.send("DELETE", "/lake/big?uploadId=" + upload_)), "NoSuchUpload");
  EXPECT_EQ(house_.send("GET", "/lake/big").body, one_ + "end");
}

TEST_F(Multipart, CompletingAgainNeedsTheSamePermission) {
  ASSERT_EQ(put_part(1, one_).status, 200);
  ASSERT_EQ(complete(completion({{1, one_}})).status, 200);
  const auto refused = house_.send({.method = "POST",
                                    .target = "/lake/big?uploadId=" + upload_,
                                    .body = completion({{1, one_}}),
                                    .credentials = user("nobody")});
  EXPECT_EQ(refused.status, 403);
}

TEST_F(Multipart, CreatingOnlyOnceSucceedsAgain) {
  ASSERT_EQ(put_part(1, one_).status, 200);
  ASSERT_EQ(complete(completion({{1, one_}}), {{"If-None-Match", "*"}}).status, 200);
  EXPECT_EQ(complete(completion({{1, one_}}), {{"If-None-Match", "*"}}).status, 200);
}

TEST_F(Multipart, APartThatIsTooSmallIsNamed) {
  ASSERT_EQ(put_part(1, one_).status, 200);
  ASSERT_EQ(put_part(7, "short").status, 200);
  ASSERT_EQ(put_part(9, "end").status, 200);
  const auto refused = complete(completion({{1, one_}, {7, "short"}, {9, "end"}}));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(code_of(refused), "EntityTooSmall");
  EXPECT_THAT(refused.body, HasSubstr("<ProposedSize>5</ProposedSize><MinSizeAllowed>64</MinSizeAllowed>"
                                      "<PartNumber>7</PartNumber><ETag>" +
                                      to_hex(md5_of("short")) + "</ETag>"));
  EXPECT_EQ(complete(completion({{1, one_}, {9, "end"}})).status, 200) << "the upload is still there";
}

TEST_F(Multipart, PartsThatCannotBe) {
  EXPECT_EQ(code_of(put_part(0, "x")), "InvalidArgument");
  EXPECT_EQ(code_of(put_part(10'001, "x")), "InvalidArgument");
  ASSERT_EQ(put_part(2, one_).status, 200);
  ASSERT_EQ(put_part(1, one_).status, 200);
  EXPECT_EQ(code_of(complete(completion({{2, one_}, {1, one_}}))), "InvalidPartOrder");
  EXPECT_EQ(code_of(complete(completion({{1, "another"}}))), "InvalidPart");
  EXPECT_EQ(code_of(complete(completion({{3, one_}}))), "InvalidPart");
  EXPECT_EQ(code_of(complete("<CompleteMultipartUpload></CompleteMultipartUpload>")), "MalformedXML");
  EXPECT_EQ(code_of(complete(completion({{1, one_}}), {{"x-amz-mp-object-size", "1"}})), "InvalidPart");
}

TEST_F(Multipart, CopiedRangesLieWithinTheirSource) {
  ASSERT_EQ(house_.send("PUT", "/lake/from", "0123456789").status, 200);
  const auto copy = [&](const std::string& range) {
    return house_.send({.method = "PUT",
                        .target = "/lake/big?partNumber=1&uploadId=" + upload_,
                        .headers = {{"x-amz-copy-source", "lake/from"}, {"x-amz-copy-source-range", range}}});
  };
  EXPECT_EQ(copy("bytes=2-5").status, 200);
  for (const char* range : {"bytes=5-10", "bytes=5-", "bytes=-5", "bytes=5-2", "5-6", "bytes=0-1,3-4"}) {
    EXPECT_EQ(code_of(copy(range)), "InvalidArgument") << range;
  }
  ASSERT_EQ(complete(completion({{1, "2345"}})).status, 200);
  EXPECT_EQ(house_.send("GET", "/lake/big").body, "2345");
}

TEST_F(Multipart, ListingsOfUploadsAndPartsByPages) {
  for (int number : {1, 2, 3}) ASSERT_EQ(put_part(number, one_).status, 200);
  const auto page = house_.send("GET", "/lake/big?max-parts=2&uploadId=" + upload_);
  EXPECT_THAT(page.body, HasSubstr("<NextPartNumberMarker>2</NextPartNumberMarker>"));
  EXPECT_THAT(page.body, HasSubstr("<IsTruncated>true</IsTruncated>"));
  const auto rest = house_.send("GET", "/lake/big?part-number-marker=2&uploadId=" + upload_);
  EXPECT_THAT(rest.body, HasSubstr("<PartNumber>3</PartNumber>"));
  EXPECT_THAT(rest.body, testing::Not(HasSubstr("NextPartNumberMarker")));
  EXPECT_THAT(house_.send("GET", "/lake?uploads").body, HasSubstr("<UploadId>" + upload_ + "</UploadId>"));
  EXPECT_EQ(house_.send("DELETE", "/lake/big?uploadId=" + upload_).status, 204);
  EXPECT_THAT(house_.send("GET", "/lake?uploads").body, testing::Not(HasSubstr(upload_)));
}

}  // namespace
}  // namespace caudal::api::s3
