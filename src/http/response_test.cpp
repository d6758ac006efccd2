// SPDX-License-Identifier: Apache-2.0
#include "http/response.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "http/errors.h"

namespace caudal::http {
namespace {

const Timestamp kNow = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8) +
                       std::chrono::minutes(49) + std::chrono::seconds(37);

std::string wire(const ResponseHead& head, const BodyFraming& framing) {
  std::string out;
  EXPECT_OK(append_head(out, head, framing, kNow));
  return out;
}

TEST(HttpDate, IsTheFixedForm) {
  EXPECT_EQ(http_date(kNow), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29)), "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST(AppendHead, WithALength) {
  EXPECT_EQ(
      wire({.status = 200, .headers = {{"ETag", "\"a\""}}}, {.kind = BodyFraming::Kind::kLength, .length_bytes = 12}),
      "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nETag: \"a\"\r\nContent-Length: 12\r\n\r\n");
}

TEST(AppendHead, ChunkedAndClosing) {
  EXPECT_EQ(wire({.status = 404}, {.kind = BodyFraming::Kind::kChunked, .keep_alive = false}),
            "HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nTransfer-Encoding: chunked\r\n"
            "Connection: close\r\n\r\n");
}

TEST(AppendHead, TellsHttp10ThatTheConnectionStays) {
  EXPECT_NE(wire({}, {.minor_version = 0}).find("Connection: keep-alive\r\n"), std::string::npos);
  EXPECT_EQ(wire({}, {.minor_version = 1}).find("Connection:"), std::string::npos);
}

TEST(AppendHead, RefusesWhatWouldSplitTheAnswer) {
  std::string out;
  const ResponseHead refused[] = {{.headers = {{"x-amz-meta-a", "1\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK"}}},
                                  {.headers = {{"content-length", "5"}}},
                                  {.headers = {{"Transfer-Encoding", "chunked"}}},
                                  {.headers = {{"Connection", "close"}}},
                                  {.status = 100},
                                  {.status = 1000}};
  for (const ResponseHead& head : refused) {
    const Result<void> result = append_head(out, head, {}, kNow);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::invalid_message);
    EXPECT_EQ(out, "");
  }
}

TEST(ReasonPhrase, FallsBackToTheClass) {
  EXPECT_EQ(reason_phrase(503), "Service Unavailable");
  EXPECT_EQ(reason_phrase(299), "Success");
  EXPECT_EQ(reason_phrase(399), "Redirection");
  EXPECT_EQ(reason_phrase(499), "Client Error");
  EXPECT_EQ(reason_phrase(599), "Server Error");
}

TEST(StatusHasBody, NotWithNoContentAndNotModified) {
  EXPECT_TRUE(status_has_body(200));
  EXPECT_FALSE(status_has_body(204));
  EXPECT_FALSE(status_has_body(304));
}

}  // namespace
}  // namespace caudal::http
