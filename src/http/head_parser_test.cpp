// SPDX-License-Identifier: Apache-2.0
#include "http/head_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace caudal::http {
namespace {

// The status that the whole of `text` is refused with, 0 when it is one head, -1 when it is not complete.
int status_of(const std::string& text, const HeadLimits& limits = {}) {
  HeadScanner scanner;
  const auto size = scanner.scan(text, limits);
  if (!size) return size.error().status;
  if (*size == 0) return -1;
  const auto head = parse_head(std::string_view(text).substr(0, *size), limits);
  return head ? 0 : head.error().status;
}

Head parsed(std::string_view text) {
  HeadScanner scanner;
  const auto size = scanner.scan(text, {});
  EXPECT_TRUE(size && *size == text.size()) << text;
  auto head = parse_head(text, {});
  EXPECT_TRUE(head) << (head ? "" : head.error().why);
  return head ? *head : Head();
}

TEST(ParseHead, KeepsTheTargetAsItWasSent) {
  const Head head = parsed("PUT /b/%7Ea%2fb//./..?list-type=2&prefix=a%20b? HTTP/1.1\r\nHost: s3.local:4280\r\n\r\n");
  EXPECT_EQ(head.request.method, "PUT");
  EXPECT_EQ(head.request.target, "/b/%7Ea%2fb//./..?list-type=2&prefix=a%20b?");
  EXPECT_EQ(head.request.path, "/b/%7Ea%2fb//./..");
  EXPECT_EQ(head.request.query, "list-type=2&prefix=a%20b?");
  EXPECT_EQ(head.request.host, "s3.local:4280");
  EXPECT_EQ(head.request.minor_version, 1);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.expects_continue);
  EXPECT_EQ(head.request.content_length, std::nullopt);
}

TEST(ParseHead, TellsAnEmptyQueryFromNone) {
  EXPECT_TRUE(parsed("GET /a? HTTP/1.1\r\nHost: h\r\n\r\n").request.has_query);
  EXPECT_FALSE(parsed("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").request.has_query);
}

TEST(ParseHead, HeadersLoseTheWhiteSpaceAround) {
  const Head head = parsed("GET / HTTP/1.1\r\nHost:h\r\nA: \t b  c\t \r\na:\r\nUtf: \xc3\xa7\r\n\r\n");
  EXPECT_EQ(head.request.headers.all("A"), (std::vector<std::string_view>{"b  c", ""}));
  EXPECT_EQ(head.request.headers.find("utf"), "\xc3\xa7");
}

TEST(ParseHead, AnAbsoluteTargetNamesTheHost) {
  const Head head = parsed("GET http://real:81/a?b HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(head.request.host, "real:81");
  EXPECT_EQ(head.request.path, "/a");
  EXPECT_EQ(head.request.query, "b");
  EXPECT_EQ(head.request.target, "http://real:81/a?b");
  EXPECT_EQ(parsed("GET HTTPS://real?x HTTP/1.1\r\nHost: other\r\n\r\n").request.path, "/");
  EXPECT_EQ(parsed("GET http://[::1]:80 HTTP/1.1\r\nHost: other\r\n\r\n").request.host, "[::1]:80");
}

TEST(ParseHead, OptionsMayAskTheServerAsAWhole) {
  EXPECT_EQ(parsed("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").request.path, "*");
}

TEST(ParseHead, Framing) {
  EXPECT_EQ(parsed("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").request.content_length, 0u);
  EXPECT_EQ(parsed("PUT / HTTP/1.1\r\nHost: h\r\ncontent-length: 5497558138880\r\n\r\n").request.content_length,
            uint64_t{5} << 40);
  EXPECT_TRUE(parsed("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n").request.chunked);
  EXPECT_TRUE(parsed("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n\r\n").expects_continue);
  EXPECT_FALSE(parsed("PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST(ParseHead, WhoKeepsTheConnection) {
  EXPECT_FALSE(parsed("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").keep_alive);
  EXPECT_FALSE(parsed("GET / HTTP/1.1\r\nHost: h\r\nConnection: TE, Close\r\n\r\n").keep_alive);
  EXPECT_FALSE(parsed("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parsed("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
  EXPECT_FALSE(parsed("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n").keep_alive);
}

TEST(ParseHead, ForgivesAnEmptyLineBeforeTheRequest) {
  EXPECT_EQ(status_of("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), 0);
  EXPECT_EQ(status_of("\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

struct Hostile {
  const char* what;
  std::string text;
  int status;
};

void PrintTo(const Hostile& hostile, std::ostream* out) { *out << hostile.what; }

std::string request_with(const std::string& lines) { return "PUT /a HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n\r\n"; }

class HostileHead : public testing::TestWithParam<Hostile> {};

TEST_P(HostileHead, IsRefused) { EXPECT_EQ(status_of(GetParam().text), GetParam().status) << GetParam().text; }

INSTANTIATE_TEST_SUITE_P(
    Smuggling, HostileHead,
    testing::Values(
        Hostile{"two lengths", request_with("Content-Length: 5\r\nContent-Length: 6"), 400},
        Hostile{"two equal lengths", request_with("Content-Length: 5\r\nContent-Length: 5"), 400},
        Hostile{"a list of lengths", request_with("Content-Length: 5, 5"), 400},
        Hostile{"length and encoding", request_with("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400},
        Hostile{"encoding and length", request_with("Transfer-Encoding: chunked\r\nContent-Length: 5"), 400},
        Hostile{"length with a sign", request_with("Content-Length: +5"), 400},
        Hostile{"negative length", request_with("Content-Length: -1"), 400},
        Hostile{"length in hexadecimal", request_with("Content-Length: 0x5"), 400},
        Hostile{"length with a space inside", request_with("Content-Length: 5 5"), 400},
        Hostile{"empty length", request_with("Content-Length:"), 400},
        Hostile{"length that overflows", request_with("Content-Length: 18446744073709551621"), 400},
        Hostile{"length near the top", request_with("Content-Length: 9223372036854775807"), 400},
        Hostile{"two encodings", request_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
        Hostile{"gzip, chunked", request_with("Transfer-Encoding: gzip, chunked"), 400},
        Hostile{"chunked, identity", request_with("Transfer-Encoding: chunked, identity"), 400},
        Hostile{"xchunked", request_with("Transfer-Encoding: xchunked"), 400},
        Hostile{"quoted chunked", request_with("Transfer-Encoding: \"chunked\""), 400},
        Hostile{"identity", request_with("Transfer-Encoding: identity"), 400},
        Hostile{"empty encoding", request_with("Transfer-Encoding:"), 400},
        Hostile{"vertical tab before chunked", request_with("Transfer-Encoding: \vchunked"), 400},
        Hostile{"chunked in HTTP/1.0", "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Hostile{"space before the colon", request_with("Content-Length : 5"), 400},
        Hostile{"tab before the colon", request_with("Transfer-Encoding\t: chunked"), 400},
        Hostile{"space inside a name", request_with("Content Length: 5"), 400},
        Hostile{"folded line", request_with("A: b\r\n c"), 400},
        Hostile{"folded line with a tab", request_with("A: b\r\n\tContent-Length: 5"), 400},
        Hostile{"first header begins with a space", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
        Hostile{"no colon", request_with("Content-Length"), 400}, Hostile{"empty name", request_with(": 5"), 400},
        Hostile{"bare LF after the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400},
        Hostile{"bare LF in the headers", "GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", 400},
        Hostile{"bare LF at the end", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400},
        Hostile{"bare LF at once, nothing after it", "GET / HTTP/1.1\n", 400},
        Hostile{"bare CR in a value", request_with("A: b\rContent-Length: 5"), 400},
        Hostile{"CR CR LF", "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n", 400},
        Hostile{"NUL in a value", request_with(std::string("A: b\0c", 6)), 400},
        Hostile{"NUL in a name", request_with(std::string("A\0: b", 5)), 400},
        Hostile{"DEL in a value", request_with("A: b\x7f"), 400},
        Hostile{"UTF-8 in a name", request_with("\xc3\xa7: b"), 400},
        Hostile{"two hosts", request_with("Host: h"), 400}, Hostile{"no host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", 400},
        Hostile{"host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
        Hostile{"host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        Hostile{"host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400}));

INSTANTIATE_TEST_SUITE_P(
    RequestLines, HostileHead,
    testing::Values(Hostile{"HTTP/0.9", "GET /\r\n\r\n", 400},
                    Hostile{"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"tab instead of space", "GET\t/\tHTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
                    Hostile{"space before the method", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"NUL in the target", std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28), 400},
                    Hostile{"method with a bracket", "GE[T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"endless method", std::string(40, 'A') + " / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"small letters", "GET / http/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"a longer version", "GET / HTTP/1.10\r\nHost: h\r\n\r\n", 400},
                    Hostile{"no version number", "GET / HTTP/x.y\r\nHost: h\r\n\r\n", 400},
                    Hostile{"HTTP/2.0", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
                    Hostile{"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 505},
                    Hostile{"relative target", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"star with GET", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"another scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"absolute without a host", "GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"absolute with a user", "GET http://u:p@h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Hostile{"a tunnel", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 501},
                    Hostile{"an expectation", request_with("Expect: 200-ok"), 417},
                    Hostile{"an unknown expectation beside", request_with("Expect: 100-continue, x"), 417}));

TEST(HeadLimits, LongTargetIs414AndLargeHeadIs431) {
  const HeadLimits limits = {.target_bytes = 100, .head_bytes = 400, .headers = 3};
  const std::string rest = " HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(status_of("GET /" + std::string(99, 'a') + rest + "\r\n", limits), 0);
  EXPECT_EQ(status_of("GET /" + std::string(100, 'a') + rest + "\r\n", limits), 414);
  EXPECT_EQ(status_of("GET /" + rest + "A: " + std::string(400, 'a') + "\r\n\r\n", limits), 431);
  EXPECT_EQ(status_of("GET /" + rest + "A: b\r\nA: b\r\n\r\n", limits), 0);
  EXPECT_EQ(status_of("GET /" + rest + "A: b\r\nA: b\r\nA: b\r\n\r\n", limits), 431);
}

TEST(HeadLimits, HoldBeforeTheHeadIsComplete) {
  const HeadLimits limits = {.target_bytes = 100, .head_bytes = 400};
  EXPECT_EQ(status_of("GET /" + std::string(200, 'a'), limits), 414);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: " + std::string(400, 'a'), limits), 431);
}

TEST(HeadScanner, FindsTheSameEndHoweverTheBytesArrive) {
  const std::string text = "\r\nPUT /a HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\nGET /next";
  const size_t end = text.find("GET");
  for (size_t step = 1; step <= text.size(); ++step) {
    HeadScanner scanner;
    size_t found = 0;
    for (size_t received = step; found == 0 && received < text.size() + step; received += step) {
      const auto size = scanner.scan(std::string_view(text).substr(0, received), {});
      ASSERT_TRUE(size);
      EXPECT_TRUE(*size != 0 || received < end);
      found = *size;
    }
    EXPECT_EQ(found, end);
  }
}

}  // namespace
}  // namespace caudal::http
