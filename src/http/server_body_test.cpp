// SPDX-License-Identifier: Apache-2.0
// Bodies over real sockets, both ways: framing, "100 Continue", back-pressure, and what becomes of unread bytes.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "http/errors.h"
#include "http/server.h"
#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

using testing::HasSubstr;

// Answers with the body and its trailers.
void echo(Exchange& exchange) {
  auto body = read_all(exchange.body(), 64 << 20);
  if (!body) return;
  for (const Header header : exchange.body().trailers()) {
    *body += "|" + std::string(header.name) + "=" + std::string(header.value);
  }
  EXPECT_OK(exchange.response().send({}, *std::move(body)));
}

std::string chunked(const std::string& path, const std::string& lines = "") {
  return "PUT " + path + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" + lines + "\r\n";
}

// Bytes that show where they come from.
std::string pattern(size_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  for (size_t n = 0; n < size_bytes; ++n) bytes[n] = static_cast<char>('a' + n % 23 + n / 4096 % 3);
  return bytes;
}

TEST(RequestBody, OfEveryKindThenTheNextRequest) {
  TestServer test(echo);
  RawClient client = test.client();
  const std::string large = pattern(3'000'000);
  std::thread sender([&] {
    client.send(put("/", "hello") + chunked("/") + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx-checksum: 1\r\n\r\n" +
                put("/", "") + chunked("/") + chunk_of(large) + "0\r\n\r\n" + put("/", large) + get("/"));
  });
  for (const std::string& expected :
       {std::string("hello"), std::string("abcde|x-checksum=1"), std::string(), large, large, std::string()}) {
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, expected);
  }
  sender.join();
}

TEST(RequestBody, ContinueIsSentAtTheFirstReadOnly) {
  Event may_read;
  TestServer test([&](Exchange& exchange) {
    EXPECT_TRUE(may_read.wait());
    echo(exchange);
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  may_read.set();
  auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->head, "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("hello"));
  response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  ASSERT_TRUE(client.send(get("/")));
  EXPECT_TRUE(client.read_response());
}

TEST(RequestBody, WhoIsRefusedIsNotToldToContinue) {
  TestServer test([](Exchange& exchange) { EXPECT_OK(exchange.response().send({.status = 403}, "no")); });
  RawClient client = test.client();
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 403);
  // What comes next could be the body or a request.
  EXPECT_TRUE(response->has("Connection: close"));
  client.close_sending();
  EXPECT_TRUE(client.closed_by_server());
}

TEST(RequestBody, WhoDoesNotWaitForContinueGetsNone) {
  TestServer test(echo);
  RawClient client = test.client();
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
}

TEST(RequestBody, UnreadAndSmallIsDrained) {
  TestServer test([](Exchange& exchange) { EXPECT_OK(exchange.response().send({.status = 412}, "no")); });
  RawClient client = test.client();
  const std::string body = pattern(40'000);
  ASSERT_TRUE(client.send(put("/", body) + chunked("/") + chunk_of("abc") + "0\r\n\r\n" + get("/")));
  for (int n = 0; n < 3; ++n) {
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 412);
    EXPECT_FALSE(response->has("Connection: close"));
  }
}

TEST(RequestBody, UnreadAndLargeClosesAndTheAnswerArrivesAllTheSame) {
  TestServer test([](Exchange& exchange) { EXPECT_OK(exchange.response().send({.status = 403}, "no")); });
  RawClient client = test.client();
  // The client sends all of it before it listens, as many do.
  ASSERT_TRUE(client.send(put("/", pattern(20'000'000))));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 403);
  EXPECT_TRUE(response->has("Connection: close"));
  client.close_sending();
  EXPECT_TRUE(client.closed_by_server());
}

TEST(RequestBody, BrokenFramingIsAnErrorAndA400) {
  std::atomic<int> seen = 0;
  TestServer test([&](Exchange& exchange) {
    const auto body = read_all(exchange.body(), 1 << 20);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code, Errc::malformed_body);
    char more;
    EXPECT_EQ(exchange.body().read(&more, 1).error().code, Errc::malformed_body);
    ++seen;
  });
  for (const char* body :
       {"5\nhello\r\n0\r\n\r\n", "zz\r\n", "5\r\nhelloo\r\n", "ffffffffffffffffff\r\n", "0\r\nx : y\r\n\r\n"}) {
    RawClient client = test.client();
    ASSERT_TRUE(client.send(chunked("/") + body + get("/smuggled")));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << body;
    EXPECT_EQ(response->status, 400);
    client.close_sending();
    EXPECT_TRUE(client.closed_by_server());
  }
  EXPECT_EQ(seen, 5);
}

TEST(RequestBody, BeyondTheLimitIs413) {
  ServerOptions options;
  options.max_body_bytes = 1000;
  TestServer test(echo, options);
  RawClient client = test.client();
  ASSERT_TRUE(client.send(put("/", pattern(1000)) + put("/", pattern(1001))));
  EXPECT_EQ(client.read_response()->status, 200);
  EXPECT_EQ(client.read_response()->status, 413);
  RawClient other = test.client();
  ASSERT_TRUE(other.send(chunked("/") + chunk_of(pattern(600)) + chunk_of(pattern(600))));
  EXPECT_EQ(other.read_response()->status, 413);
}

TEST(RequestBody, ReadAllStopsAtItsOwnLimit) {
  TestServer test([](Exchange& exchange) {
    const auto body = read_all(exchange.body(), 5);
    EXPECT_OK(exchange.response().send({}, body ? *body : body.error().message));
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(put("/", "hello") + put("/", "hello!")));
  EXPECT_EQ(client.read_response()->body, "hello");
  EXPECT_EQ(client.read_response()->body, "the body is larger than 5 bytes");
}

TEST(RequestBody, AClientThatLeavesInTheMiddleIsGone) {
  Event left;
  TestServer test([&](Exchange& exchange) {
    const auto body = read_all(exchange.body(), 1 << 20);
    EXPECT_FALSE(body);
    EXPECT_EQ(body.error().code, Errc::peer_gone);
    EXPECT_TRUE(body.error().is(ErrorClass::kCancelled));
    left.set();
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nhello"));
  client.close();
  EXPECT_TRUE(left.wait());
}

TEST(RequestBody, IsTakenNoFasterThanTheHandlerReads) {
  Event may_read;
  TestServer test([&](Exchange& exchange) {
    EXPECT_TRUE(may_read.wait());
    echo(exchange);
  });
  RawClient client = test.client();
  const std::string body = pattern(32 << 20);
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"));
  // Until the kernel's buffers are full: then the server has read no more than a head's worth.
  size_t sent = 0;
  for (size_t count = 1; count > 0;) {
    EXPECT_TRUE(eventually([&] {
      return (count = client.send_some(std::string_view(body).substr(sent))) > 0 ||
             test.server->metrics().requests == 1;
    }));
    sent += count;
  }
  EXPECT_LT(sent, body.size());
  EXPECT_LT(test.server->metrics().bytes_in, 128u * 1024);
  may_read.set();
  std::thread sender([&] { client.send(std::string_view(body).substr(sent)); });
  const auto response = client.read_response();
  sender.join();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body == body);
}

TEST(ResponseBody, StreamedWithALengthAndInChunks) {
  const std::string large = pattern(2'000'000);
  TestServer test([&](Exchange& exchange) {
    ResponseWriter& response = exchange.response();
    const bool length_known = exchange.request().path == "/length";
    EXPECT_OK(response.start({}, length_known ? std::optional<uint64_t>(5 + large.size()) : std::nullopt));
    EXPECT_OK(response.write("hello"));
    EXPECT_OK(response.write(""));
    EXPECT_OK(response.write(large));
    EXPECT_OK(response.finish());
    EXPECT_FALSE(response.write("late"));
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/length") + get("/chunks") + get("/length")));
  for (const char* line : {"Content-Length: 2000005", "Transfer-Encoding: chunked", "Content-Length: 2000005"}) {
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->has(line));
    EXPECT_TRUE(response->body == "hello" + large);
  }
}

TEST(ResponseBody, OfUnknownLengthEndsTheConnectionOfHttp10) {
  TestServer test([&](Exchange& exchange) {
    EXPECT_OK(exchange.response().start({}, std::nullopt));
    EXPECT_OK(exchange.response().write("hello"));
    EXPECT_OK(exchange.response().finish());
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello");
  EXPECT_TRUE(response->has("Connection: close"));
  EXPECT_THAT(response->head, testing::Not(HasSubstr("chunked")));
}

TEST(ResponseBody, FromAFile) {
  const TemporaryDirectory directory;
  const std::string bytes = pattern(3'000'000);
  ASSERT_OK(write_file_durably(directory.path() / "blob", bytes));
  const File file = unwrap(File::open_read(directory.path() / "blob"));
  TestServer test([&](Exchange& exchange) {
    ResponseWriter& response = exchange.response();
    const bool small = exchange.request().path == "/small";
    EXPECT_OK(response.start(
        {}, exchange.request().path == "/chunks" ? std::nullopt : std::optional<uint64_t>(small ? 100 : 2'500'000)));
    EXPECT_OK(response.send_file(file.descriptor(), 1000, small ? 100 : 2'500'000));
    EXPECT_OK(response.finish());
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/large") + get("/small") + get("/chunks")));
  for (const size_t size : {2'500'000, 100, 2'500'000}) {
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->body == bytes.substr(1000, size));
  }
}

TEST(ResponseBody, AFileThatIsTooShortBreaksTheAnswer) {
  const TemporaryDirectory directory;
  ASSERT_OK(write_file_durably(directory.path() / "blob", pattern(200'000)));
  const File file = unwrap(File::open_read(directory.path() / "blob"));
  TestServer test([&](Exchange& exchange) {
    const uint64_t size = exchange.request().path == "/small" ? 1000 : 150'000;
    EXPECT_OK(exchange.response().start({}, size));
    const auto sent = exchange.response().send_file(file.descriptor(), 200'000 - size / 2, size);
    ASSERT_FALSE(sent);
    EXPECT_TRUE(sent.error().is(ErrorClass::kFailed)) << sent.error().to_string();
  });
  for (const char* path : {"/small", "/large"}) {
    RawClient client = test.client();
    ASSERT_TRUE(client.send(get(path)));
    EXPECT_FALSE(client.read_response());
  }
}

TEST(ResponseBody, MoreOrLessThanPromisedBreaksTheAnswer) {
  TestServer test([](Exchange& exchange) {
    ResponseWriter& response = exchange.response();
    const std::string_view path = exchange.request().path;
    EXPECT_OK(response.start({}, 5));
    EXPECT_OK(response.write("hel"));
    if (path == "/more") EXPECT_EQ(response.write("lo!").error().code, Errc::invalid_message);
    if (path == "/less") EXPECT_EQ(response.finish().error().code, Errc::invalid_message);
    if (path == "/abort") response.abort();
  });
  for (const char* path : {"/more", "/less", "/forget", "/abort"}) {
    RawClient client = test.client();
    ASSERT_TRUE(client.send(get(path)));
    EXPECT_FALSE(client.read_response()) << path;
  }
  RawClient client = test.client();
  ASSERT_TRUE(client.send("GET /abort HTTP/1.1\r\nHost: h\r\n\r\n"));
  client.read_to_end();
  EXPECT_TRUE(client.was_reset());
}

TEST(ResponseBody, IsMadeNoFasterThanTheClientTakesIt) {
  constexpr uint64_t kSize = 256 << 20;
  const std::string piece(1 << 20, 'x');
  std::atomic<uint64_t> written = 0;
  TestServer test([&](Exchange& exchange) {
    EXPECT_OK(exchange.response().start({}, kSize));
    while (written < kSize && exchange.response().write(piece)) written += piece.size();
    EXPECT_OK(exchange.response().finish());
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  uint64_t taken = 0;
  while (taken < kSize) {
    const std::string bytes = client.read_some(1 << 20);
    ASSERT_FALSE(bytes.empty());
    taken += bytes.size();
    // Between them there are only the kernel's buffers.
    ASSERT_LT(written, taken + (32 << 20));
  }
}

TEST(ResponseBody, AClientThatDoesNotReadIsTooSlow) {
  constexpr uint64_t kSize = 256 << 20;
  std::atomic<uint64_t> written = 0;
  Event over;
  TestServer test([&](Exchange& exchange) {
    const std::string piece(1 << 20, 'x');
    EXPECT_OK(exchange.response().start({}, kSize));
    Result<void> sent;
    while (written < kSize && (sent = exchange.response().write(piece))) written += piece.size();
    EXPECT_EQ(sent.error().code, Errc::too_slow);
    over.set();
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  EXPECT_FALSE(client.read_some(1).empty());
  EXPECT_TRUE(eventually([&] {
    test.clock.advance(std::chrono::seconds(10));
    return test.server->metrics().requests_timed_out == 1;
  }));
  EXPECT_TRUE(over.wait());
  EXPECT_LT(written, 64u << 20);
}

TEST(ResponseBody, AClientThatGoesAwayEndsTheHandlersWriting) {
  Event over;
  TestServer test([&](Exchange& exchange) {
    const std::string piece(1 << 20, 'x');
    EXPECT_OK(exchange.response().start({}, std::nullopt));
    while (true) {
      const auto written = exchange.response().write(piece);
      if (written) continue;
      EXPECT_EQ(written.error().code, Errc::peer_gone);
      break;
    }
    over.set();
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  EXPECT_FALSE(client.read_some(100).empty());
  client.reset();
  EXPECT_TRUE(over.wait());
}

}  // namespace
}  // namespace caudal::http
