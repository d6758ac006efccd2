// SPDX-License-Identifier: Apache-2.0
// What the head of an upload announces, in which framing its body comes, and what of it must hold.
#include "api/s3/upload.h"

#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"
#include "base/checksum.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;

class Uploads : public S3Fixture {
 protected:
  // An upload of "hello" in aws-chunked framing with a CRC32 behind it.
  http::RawResponse chunked(const std::optional<std::string>& decoded, const std::string& target = "/lake/a") {
    std::vector<std::pair<std::string, std::string>> headers = {
        {"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
        {"content-encoding", "aws-chunked"},
        {"x-amz-trailer", "x-amz-checksum-crc32"}};
    if (decoded) headers.emplace_back("x-amz-decoded-content-length", *decoded);
    return house_.send({.method = "PUT",
                        .target = target,
                        .headers = headers,
                        .body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
                        .payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"});
  }
};

TEST_F(Uploads, InChunksMustSayHowLongTheyAreWithoutTheFraming) {
  const auto refused = chunked(std::nullopt);
  EXPECT_EQ(refused.status, 411);
  EXPECT_EQ(code_of(refused), "MissingContentLength");
  EXPECT_THAT(refused.body, HasSubstr("You must provide the Content-Length HTTP header."));
  EXPECT_EQ(house_.send("GET", "/lake/a").status, 404);
  const std::string upload = begin_upload("b");
  EXPECT_EQ(chunked(std::nullopt, "/lake/b?partNumber=1&uploadId=" + upload).status, 411);
  EXPECT_EQ(chunked("5").status, 200);
  EXPECT_EQ(house_.send("GET", "/lake/a").body, "hello");
}

TEST_F(Uploads, ALengthThatIsNotTheBodysIsRefused) {
  for (const char* decoded : {"4", "6", "0"}) {
    const auto refused = chunked(decoded);
    EXPECT_EQ(refused.status, 400) << decoded;
    EXPECT_EQ(code_of(refused), "IncompleteBody") << decoded;
  }
  for (const char* decoded : {"x", "-5", "5 5", "99999999999999999999"}) {
    EXPECT_EQ(chunked(decoded).status, 400) << decoded;
  }
  EXPECT_EQ(house_.send("GET", "/lake/a").status, 404);
}

TEST_F(Uploads, WithoutAnyLengthAreRefused) {
  http::RawClient client = house_.server.client();
  const S3House::Request put{.method = "PUT", .target = "/lake/a", .payload_hash = "UNSIGNED-PAYLOAD"};
  std::string text = house_.text_of(put);
  const std::string length = "Content-Length: 0\r\n";
  text.erase(text.find(length), length.size());
  ASSERT_TRUE(client.send(text));
  const auto refused = client.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 411);
  EXPECT_EQ(code_of(*refused), "MissingContentLength");
}

TEST_F(Uploads, TooLargeIsKnownFromTheHead) {
  http::RawClient client = house_.server.client();
  const S3House::Request put{.method = "PUT", .target = "/lake/a", .payload_hash = "UNSIGNED-PAYLOAD"};
  std::string text = house_.text_of(put);
  const std::string length = "Content-Length: 0\r\n";
  text.replace(text.find(length), length.size(), "Content-Length: 5368709121\r\n");
  ASSERT_TRUE(client.send(text));
  const auto refused = client.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(code_of(*refused), "EntityTooLarge");
  EXPECT_THAT(refused->body, HasSubstr("<ProposedSize>5368709121</ProposedSize>"));
  EXPECT_THAT(refused->body, HasSubstr("<MaxSizeAllowed>5368709120</MaxSizeAllowed>"));
}

TEST_F(Uploads, OneChecksumAtMost) {
  const auto both = house_.send(
      {.method = "PUT",
       .target = "/lake/a",
       .headers = {{"x-amz-checksum-crc32", "NhCmhg=="}, {"x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="}},
       .body = "hello"});
  EXPECT_EQ(code_of(both), "InvalidRequest");
  EXPECT_EQ(house_.send("GET", "/lake/a").status, 404);
}

TEST_F(Uploads, AnAlgorithmWithoutAValueIsComputedHere) {
  const auto put = house_.send(
      {.method = "PUT", .target = "/lake/a", .headers = {{"x-amz-sdk-checksum-algorithm", "SHA1"}}, .body = "hello"});
  EXPECT_EQ(put.status, 200);
  EXPECT_TRUE(put.has("x-amz-checksum-sha1: qvTGHdzF6KLavt4PO0gs2a6pQ00=")) << put.head;
  const auto unknown = house_.send(
      {.method = "PUT", .target = "/lake/b", .headers = {{"x-amz-sdk-checksum-algorithm", "CRC8"}}, .body = "hello"});
  EXPECT_EQ(unknown.status, 400);
}

}  // namespace
}  // namespace caudal::api::s3
