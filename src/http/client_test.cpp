// SPDX-License-Identifier: Apache-2.0
// The client against the room's own server.
#include "http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "http/errors.h"
#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

void echo(Exchange& exchange) {
  const auto body = read_all(exchange.body(), 64 << 20);
  ASSERT_OK(body);
  ResponseHead head;
  for (const Header header : exchange.request().headers)
    head.headers.add("Got-" + std::string(header.name), header.value);
  EXPECT_OK(exchange.response().send(
      head, std::string(exchange.request().method) + " " + std::string(exchange.request().target) + " " + *body));
}

std::unique_ptr<Client> client_of(Clock& clock, ClientOptions options = {}) {
  return unwrap(Client::open(std::move(options), clock, 1));
}

std::string url(const TestServer& test, const std::string& path) {
  return "http://127.0.0.1:" + std::to_string(test.server->port()) + path;
}

// A body that comes out of nowhere, piece by piece.
class Letters final : public UploadSource {
 public:
  explicit Letters(size_t size_bytes, bool size_known) : size_(size_bytes), size_known_(size_known) {}
  Result<size_t> read(char* out, size_t size_bytes) override {
    const size_t count = std::min(size_bytes, size_ - at_);
    for (size_t n = 0; n < count; ++n) out[n] = static_cast<char>('a' + (at_ + n) % 26);
    at_ += count;
    return count;
  }
  Result<void> rewind() override {
    ++rewinds;
    at_ = 0;
    return {};
  }
  std::optional<uint64_t> size_bytes() const override {
    return size_known_ ? std::optional<uint64_t>(size_) : std::nullopt;
  }
  int rewinds = 0;

 private:
  const size_t size_;
  const bool size_known_;
  size_t at_ = 0;
};

// Answers the n-th request with the n-th status, the last one again and again.
struct Statuses {
  explicit Statuses(std::vector<int> list) : statuses(std::move(list)) {}
  void operator()(Exchange& exchange) {
    const auto body = read_all(exchange.body(), 64 << 20);
    const int status = statuses[std::min<size_t>(static_cast<size_t>(asked++), statuses.size() - 1)];
    EXPECT_OK(exchange.response().send({.status = status, .headers = {{"Retry-After", "3"}}},
                                       "said " + std::to_string(status)));
  }
  const std::vector<int> statuses;
  std::atomic<int> asked = 0;
};

TEST(Client, SendsWhatItIsTold) {
  TestServer test(echo);
  const auto client = client_of(test.clock);
  const auto answer = client->send({.method = "PUT",
                                    .url = url(test, "/b/../k%2F?x=%20&y"),
                                    .headers = {{"X-A", "1"}, {"X-A", "2"}, {"Empty", ""}},
                                    .body = "hello"});
  ASSERT_OK(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "PUT /b/../k%2F?x=%20&y hello");
  EXPECT_EQ(answer->headers.count("Got-X-A"), 2u);
  EXPECT_EQ(answer->headers.find("got-x-a"), "1");
  EXPECT_EQ(answer->headers.find("Got-Empty"), "");
  EXPECT_EQ(answer->headers.find("Got-User-Agent"), "caudal");
  EXPECT_EQ(answer->headers.count("Got-Content-Type"), 0u);
  EXPECT_EQ(answer->headers.count("Got-Expect"), 0u);
}

TEST(Client, EveryMethodOnOneConnection) {
  TestServer test(echo);
  const auto client = client_of(test.clock);
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "OPTIONS", "GET"}) {
    const auto answer = client->send({.method = method, .url = url(test, "/")});
    ASSERT_OK(answer);
    EXPECT_EQ(answer->body, std::string(method) + " / ");
  }
  const auto head = client->send({.method = "HEAD", .url = url(test, "/")});
  ASSERT_OK(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(head->headers.find("Content-Length"), "7");
  EXPECT_EQ(test.server->metrics().connections_accepted, 1u);
}

TEST(Client, StreamsBothWays) {
  TestServer test(echo);
  const auto client = client_of(test.clock);
  for (const bool size_known : {true, false}) {
    Letters source(3'000'000, size_known);
    std::string got;
    const auto answer = client->send({.method = "PUT",
                                      .url = url(test, "/"),
                                      .source = &source,
                                      .sink = [&](std::string_view piece) -> Result<void> {
                                        got += piece;
                                        return {};
                                      }});
    ASSERT_OK(answer);
    EXPECT_EQ(answer->body, "");
    EXPECT_EQ(got.size(), 3'000'006u);
    EXPECT_EQ(got.substr(0, 10), "PUT / abcd");
    EXPECT_EQ(answer->headers.count("Got-Transfer-Encoding"), size_known ? 0u : 1u);
  }
}

TEST(Client, ASinkThatHasHadEnoughEndsIt) {
  TestServer test(echo);
  const auto client = client_of(test.clock);
  const auto answer = client->send({.url = url(test, "/"), .sink = [](std::string_view) -> Result<void> {
                                      return Error{Errc::cancelled, "enough"};
                                    }});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "enough");
  EXPECT_EQ(test.server->metrics().requests, 1u);
}

TEST(Client, AnAnswerBeyondTheLimitIsRefused) {
  TestServer test(echo);
  const auto client = client_of(test.clock);
  ASSERT_OK(client->send({.url = url(test, "/"), .max_body_bytes = 6}));
  const auto answer = client->send({.url = url(test, "/"), .max_body_bytes = 5});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::answer_too_large);
}

TEST(Client, TriesAgainWhereThatIsSafe) {
  Statuses statuses({503, 500, 200});
  TestServer test([&](Exchange& exchange) { statuses(exchange); });
  ClientOptions options;
  options.retries = {.attempts = 3, .first_delay = milliseconds(100), .factor = 2, .max_delay = seconds(5)};
  ManualClock clock(kTestStart);
  const auto client = client_of(clock, options);
  Letters source(100'000, true);
  std::optional<Result<ClientResponse>> answer;
  std::thread sender([&] { answer = client->send({.method = "PUT", .url = url(test, "/"), .source = &source}); });
  // Retry-After asks for more than the client's own delay: nothing happens before.
  ASSERT_TRUE(eventually([&] { return statuses.asked == 1; }));
  EXPECT_TRUE(eventually([&] {
    clock.advance(milliseconds(100));
    return statuses.asked == 2;
  }));
  EXPECT_GE(clock.now() - kTestStart, seconds(3));
  EXPECT_TRUE(eventually([&] {
    clock.advance(milliseconds(100));
    return statuses.asked == 3;
  }));
  sender.join();
  ASSERT_OK(*answer);
  EXPECT_EQ((*answer)->status, 200);
  EXPECT_EQ((*answer)->attempts, 3);
  EXPECT_EQ(source.rewinds, 2);
}

TEST(Client, TellsTheLastAnswerWhenNoAttemptIsLeft) {
  Statuses statuses({503});
  TestServer test([&](Exchange& exchange) { statuses(exchange); });
  ClientOptions options;
  options.retries = {.attempts = 2, .first_delay = milliseconds(0), .max_delay = milliseconds(0)};
  const auto answer = client_of(test.clock, options)->send({.url = url(test, "/")});
  ASSERT_OK(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "said 503");
  EXPECT_EQ(answer->attempts, 2);
}

TEST(Client, DoesNotRepeatWhatMayHaveHappened) {
  Statuses statuses({503});
  TestServer test([&](Exchange& exchange) { statuses(exchange); });
  ClientOptions options;
  options.retries = {.attempts = 3, .first_delay = milliseconds(0), .max_delay = milliseconds(0)};
  const auto client = client_of(test.clock, options);
  EXPECT_EQ(unwrap(client->send({.method = "POST", .url = url(test, "/")})).attempts, 1);
  EXPECT_EQ(unwrap(client->send({.url = url(test, "/"), .retry = Retry::kNever})).attempts, 1);
  EXPECT_EQ(unwrap(client->send({.method = "POST", .url = url(test, "/"), .retry = Retry::kAlways})).attempts, 3);
}

TEST(Client, ALostConnectionIsTriedAgain) {
  std::atomic<int> asked = 0;
  TestServer test([&](Exchange& exchange) {
    if (++asked < 3) {
      exchange.response().abort();
    } else {
      EXPECT_OK(exchange.response().send({}, "fine"));
    }
  });
  ClientOptions options;
  options.retries = {.attempts = 3, .first_delay = milliseconds(0), .max_delay = milliseconds(0)};
  const auto answer = client_of(test.clock, options)->send({.url = url(test, "/")});
  ASSERT_OK(answer);
  EXPECT_EQ(answer->body, "fine");
}

TEST(Client, NobodyThereIsUnreachable) {
  uint16_t port = 0;
  {
    TestServer test(echo);
    port = test.server->port();
  }
  ManualClock clock(kTestStart);
  ClientOptions options;
  options.retries.attempts = 1;
  const auto answer = client_of(clock, options)->send({.url = "http://127.0.0.1:" + std::to_string(port) + "/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unreachable);
  EXPECT_TRUE(answer.error().is(ErrorClass::kBusy));
}

TEST(Client, ATimeoutEndsAnAttempt) {
  Event go_on;
  TestServer test([&](Exchange& exchange) {
    EXPECT_TRUE(go_on.wait());
    (void)exchange.response().send({}, "");  // to nobody
  });
  const auto answer =
      client_of(test.clock)->send({.method = "POST", .url = url(test, "/"), .timeout = milliseconds(50)});
  go_on.set();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unreachable);
}

TEST(Client, AStopEndsTheWaitForAnotherAttempt) {
  Statuses statuses({503});
  TestServer test([&](Exchange& exchange) { statuses(exchange); });
  ManualClock clock(kTestStart);
  const auto client = client_of(clock);
  std::stop_source stop;
  std::optional<Result<ClientResponse>> answer;
  std::thread sender([&] { answer = client->send({.url = url(test, "/"), .stop = stop.get_token()}); });
  ASSERT_TRUE(eventually([&] { return statuses.asked == 1; }));
  stop.request_stop();
  sender.join();
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error().code, Errc::cancelled);
}

TEST(Client, RefusesWhatHttpCannotCarry) {
  ManualClock clock(kTestStart);
  const auto client = client_of(clock);
  const ClientRequest refused[] = {{.method = "GE T", .url = "http://127.0.0.1/"},
                                   {.url = "http://127.0.0.1/", .headers = {{"A", "1\r\nB: 2"}}},
                                   {.url = "file:///etc/hostname"},
                                   {.url = "no address at all"}};
  for (const ClientRequest& request : refused) {
    const auto answer = client->send(request);
    ASSERT_FALSE(answer) << request.url;
    EXPECT_TRUE(answer.error().code == Errc::invalid_message || answer.error().code == Errc::unreachable)
        << answer.error().to_string();
  }
  ClientOptions options;
  options.retries.attempts = 0;
  EXPECT_FALSE(Client::open(options, clock, 1));
}

TEST(Client, ManyThreadsShareIt) {
  TestServer test(echo);
  const auto client = client_of(test.clock);
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 8; ++n) {
      threads.emplace_back([&, n] {
        for (int i = 0; i < 20; ++i) {
          const std::string path = "/" + std::to_string(n) + "/" + std::to_string(i);
          const auto answer = client->send({.url = url(test, path)});
          if (answer && answer->body == "GET " + path + " ") ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 160);
  EXPECT_LE(test.server->metrics().connections_accepted, 8u);
}

}  // namespace
}  // namespace caudal::http
