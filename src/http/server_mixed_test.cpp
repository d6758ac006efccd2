// SPDX-License-Identifier: Apache-2.0
// Many requests of all kinds at random, cut into random pieces on the way: what arrives must not depend on the pieces.
#include <gtest/gtest.h>

#include <thread>

#include "base/random.h"
#include "http/server.h"
#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

struct Expected {
  std::string bytes = {};  // of the request
  bool to_head = false;
  int status = 200;
  std::string body = {};
};

std::string random_body(Random& random) {
  const size_t sizes[] = {0, 1, 100, 4096, 16'384, 16'385, 70'000, 300'000};
  std::string body(sizes[random.below(std::size(sizes))], '\0');
  for (char& c : body) c = static_cast<char>(random.below(256));
  return body;
}

std::string in_chunks(const std::string& body, Random& random) {
  std::string bytes;
  for (size_t at = 0; at < body.size();) {
    const size_t size = 1 + random.below(body.size() - at);
    bytes += chunk_of(body.substr(at, size));
    at += size;
  }
  return bytes + "0\r\n\r\n";
}

// A request that the handler below answers with `expected`.
Expected random_request(Random& random) {
  const std::string body = random_body(random);
  const std::string how = random.chance(0.5) ? "/send" : random.chance(0.5) ? "/chunks" : "/length";
  std::string target = how;
  Expected expected = {.body = body};
  if (body.size() <= 16'384 && random.chance(0.2)) {
    target = "/unread";
    expected.status = 403;
    expected.body = "no";
  }
  if (random.chance(0.1)) {
    expected.to_head = true;
    expected.body.clear();
  }
  const std::string method = expected.to_head ? "HEAD" : "PUT";
  const bool asynchronous = random.chance(0.3) && target == "/send";
  const std::string lines = std::string("Host: h\r\n") + (asynchronous ? "X-Async: 1\r\n" : "");
  if (random.chance(0.5)) {
    expected.bytes = method + " " + target + " HTTP/1.1\r\n" + lines + "Transfer-Encoding: chunked\r\n\r\n" +
                     in_chunks(body, random);
  } else {
    expected.bytes = method + " " + target + " HTTP/1.1\r\n" + lines +
                     "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  return expected;
}

void answer(Exchange& exchange) {
  ResponseWriter& response = exchange.response();
  const std::string_view path = exchange.request().path;
  if (path == "/unread") return (void)response.send({.status = 403}, "no");
  const auto body = read_all(exchange.body(), 1 << 20);
  ASSERT_OK(body);
  if (path == "/send") return (void)response.send({}, *body);
  EXPECT_OK(response.start({}, path == "/length" ? std::optional<uint64_t>(body->size()) : std::nullopt));
  for (size_t at = 0; at < body->size(); at += 50'000)
    EXPECT_OK(response.write(std::string_view(*body).substr(at, 50'000)));
  EXPECT_OK(response.finish());
}

void play(const TestServer& test, uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Random random(seed);
  std::vector<Expected> all;
  std::string bytes;
  for (int n = 0; n < 25; ++n) bytes += all.emplace_back(random_request(random)).bytes;
  RawClient client = test.client();
  std::thread sender([&, pieces = random.next()] {
    Random cuts(pieces);
    for (size_t at = 0; at < bytes.size();) {
      const size_t size = 1 + cuts.below(cuts.chance(0.3) ? 20 : 100'000);
      if (!client.send(std::string_view(bytes).substr(at, size))) return;
      at += size;
    }
  });
  for (size_t n = 0; n < all.size(); ++n) {
    const auto response = client.read_response(all[n].to_head);
    EXPECT_TRUE(response) << "request " << n;
    if (!response) break;
    EXPECT_EQ(response->status, all[n].status) << "request " << n;
    EXPECT_TRUE(response->body == all[n].body) << "request " << n;
    // What nobody read of a chunked body may end the connection, when the rest of it had not arrived.
    if (response->has("Connection: close")) break;
  }
  client.close_sending();
  sender.join();
}

TEST(MixedRequests, PiecesDoNotMatter) {
  ServerOptions options;
  options.handler_threads = 4;
  TestServer test({.blocking = answer,
                   .async = [](std::unique_ptr<Exchange> exchange) { answer(*exchange); },
                   .takes_async = [](const Request& request) -> std::optional<uint64_t> {
                     if (request.headers.find("x-async")) return 1 << 20;
                     return std::nullopt;
                   }},
                  options);
  const char* const given = ::getenv("CAUDAL_SEED");
  const uint64_t seed = given != nullptr ? std::stoull(given) : secure_random_u64();
  std::vector<std::jthread> threads;
  for (uint64_t n = 0; n < 4; ++n) {
    threads.emplace_back([&, n] {
      for (uint64_t round = 0; round < 5; ++round) play(test, seed + n * 100 + round);
    });
  }
  threads.clear();
  EXPECT_EQ(test.server->metrics().handler_failures, 0u);
}

}  // namespace
}  // namespace caudal::http
