// SPDX-License-Identifier: Apache-2.0
// Time-outs by a clock that the test moves, overload, limits of connections and descriptors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <optional>
#include <thread>

#include "http/errors.h"
#include "http/server.h"
#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

using std::chrono::seconds;

void fine(Exchange& exchange) { EXPECT_OK(exchange.response().send({}, "fine")); }

// Moves the clock on and on until `holds()`.
template <class Condition>
bool in_time(TestServer& test, const Condition& holds) {
  return eventually([&] {
    test.clock.advance(seconds(1));
    return holds();
  });
}

TEST(Timeouts, AHeadThatDoesNotEndIs408) {
  TestServer test(fine);
  RawClient client = test.client();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Slow"));
  ASSERT_TRUE(in_time(test, [&] { return test.server->metrics().requests_timed_out == 1; }));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 408);
  client.close_sending();
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(test.server->metrics().requests, 0u);
}

// Every byte comes in time, the head never does.
TEST(Timeouts, SlowlorisIsSentAwayWhileOthersAreServed) {
  ServerOptions options;
  options.handler_threads = 1;
  TestServer test(fine, options);
  std::vector<RawClient> slow;
  for (int n = 0; n < 100; ++n) {
    slow.push_back(test.client());
    ASSERT_TRUE(slow.back().send("GET / HTTP/1.1\r\nHost: h\r\n"));
  }
  ASSERT_TRUE(eventually([&] { return test.server->metrics().connections_open == 100; }));
  EXPECT_TRUE(in_time(test, [&] {
    for (RawClient& client : slow) (void)client.send_some("X: y\r\n");
    return test.server->metrics().requests_timed_out == 100;
  }));
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  EXPECT_EQ(client.read_response()->status, 200);
}

TEST(Timeouts, AnIdleConnectionIsClosed) {
  TestServer test(fine);
  RawClient never = test.client();
  RawClient once = test.client();
  ASSERT_TRUE(once.send(get("/")));
  EXPECT_TRUE(once.read_response());
  EXPECT_TRUE(in_time(test, [&] { return test.server->metrics().connections_open == 0; }));
  EXPECT_TRUE(never.closed_by_server());
  EXPECT_TRUE(once.closed_by_server());
  EXPECT_EQ(test.server->metrics().requests_timed_out, 0u);
}

TEST(Timeouts, ABodyThatTricklesIsTooSlow) {
  Event over;
  TestServer test([&](Exchange& exchange) {
    const auto body = read_all(exchange.body(), 1 << 20);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code, Errc::too_slow);
    EXPECT_TRUE(exchange.stop_token().stop_requested());
    over.set();
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"));
  EXPECT_TRUE(in_time(test, [&] {
    (void)client.send_some("x");
    return test.server->metrics().requests_timed_out == 1;
  }));
  EXPECT_TRUE(over.wait());
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 408);
}

// A small body is read before a handler's thread is taken, so that trickling ones hold no threads.
TEST(Timeouts, SmallBodiesThatTrickleHoldNoHandlerThread) {
  ServerOptions options;
  options.handler_threads = 1;
  TestServer test(fine, options);
  std::vector<RawClient> slow;
  for (int n = 0; n < 10; ++n) {
    slow.push_back(test.client());
    ASSERT_TRUE(slow.back().send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhello"));
  }
  ASSERT_TRUE(eventually([&] { return test.server->metrics().requests == 10; }));
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  EXPECT_EQ(client.read_response()->status, 200);
  ASSERT_TRUE(in_time(test, [&] { return test.server->metrics().requests_timed_out == 10; }));
}

// Bodies that are too large to be kept are moved by handlers' threads, at the pace of their clients: who is slow, both
// ways, keeps no thread from others.
TEST(SlowClients, HoldNoHandlerFromOthers) {
  ServerOptions options;
  options.handler_threads = 1;
  options.spare_handler_threads = 3;
  TestServer test(
      [](Exchange& exchange) {
        if (exchange.request().path == "/quick") return fine(exchange);
        if (exchange.request().method == "PUT") {
          EXPECT_FALSE(read_all(exchange.body(), 1 << 20));
          return;
        }
        ResponseWriter& response = exchange.response();
        ASSERT_OK(response.start({}, std::nullopt));
        const std::string piece(1 << 20, 'x');
        while (response.write(piece)) {
        }
      },
      options);
  std::vector<RawClient> slow;
  for (const std::string& request :
       {get("/large"), std::string("PUT /large HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\nhello"),
        get("/large")}) {
    slow.push_back(test.client());
    ASSERT_TRUE(slow.back().send(request));
  }
  ASSERT_TRUE(eventually([&] { return test.server->metrics().handlers_busy == 3; })) << "though there is one thread";
  for (int n = 0; n < 20; ++n) {
    RawClient client = test.client();
    ASSERT_TRUE(client.send(get("/quick")));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "fine");
  }
  EXPECT_TRUE(eventually([&] { return test.server->metrics().handlers_busy == 3; })) << "the slow ones are still there";
}

TEST(Timeouts, AHandlerThatTakesItsTimeMakesNoClientSlow) {
  Event may_read;
  TestServer test([&](Exchange& exchange) {
    EXPECT_TRUE(may_read.wait());
    const auto body = read_all(exchange.body(), 1 << 20);
    EXPECT_OK(body);
    EXPECT_OK(exchange.response().send({}, body ? std::to_string(body->size()) : ""));
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(put("/", std::string(300'000, 'x'))));
  ASSERT_TRUE(eventually([&] { return test.server->metrics().handlers_busy == 1; }));
  test.clock.advance(std::chrono::minutes(50));
  may_read.set();
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "300000");
}

TEST(Timeouts, TheDeadlineStopsTheHandler) {
  Event over;
  TestServer test([&](Exchange& exchange) {
    exchange.set_deadline(seconds(5));
    Event stopped;
    const std::stop_callback callback(exchange.stop_token(), [&] { stopped.set(); });
    EXPECT_TRUE(stopped.wait());
    char byte;
    EXPECT_EQ(exchange.body().read(&byte, 1).error().code, Errc::deadline_exceeded);
    EXPECT_OK(exchange.response().send({.status = 503}, "too late"));
    over.set();
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return test.server->metrics().handlers_busy == 1; }));
  ASSERT_TRUE(in_time(test, [&] { return test.server->metrics().requests_timed_out == 1; }));
  EXPECT_TRUE(over.wait());
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_TRUE(response->has("Connection: close"));
}

TEST(Cancelling, AClientThatVanishesStopsTheHandler) {
  Event over;
  TestServer test([&](Exchange& exchange) {
    Event stopped;
    const std::stop_callback callback(exchange.stop_token(), [&] { stopped.set(); });
    EXPECT_TRUE(stopped.wait());
    over.set();
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  ASSERT_TRUE(eventually([&] { return test.server->metrics().handlers_busy == 1; }));
  client.close();
  EXPECT_TRUE(over.wait());
  EXPECT_TRUE(eventually([&] { return test.server->metrics().connections_open == 0; }));
  EXPECT_EQ(test.server->metrics().handler_failures, 0u);
}

TEST(Cancelling, WhoOnlyEndsSendingStillGetsTheAnswer) {
  TestServer test([](Exchange& exchange) {
    Event stopped;
    const std::stop_callback callback(exchange.stop_token(), [&] { stopped.set(); });
    EXPECT_TRUE(stopped.wait());
    fine(exchange);
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  client.close_sending();
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "fine");
}

// A client whose request is queued behind another, which holds the one thread of the pool.
class QueuedClient : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(first_.send(get("/")));
    ASSERT_TRUE(eventually([&] { return served_ == 1; }));
    queued_.emplace(test_.client());
    ASSERT_TRUE(queued_->send(get("/")));
    ASSERT_TRUE(eventually([&] { return test_.server->metrics().queue_length == 1; }));
  }
  static ServerOptions one_thread() {
    ServerOptions options;
    options.handler_threads = 1;
    return options;
  }

  Event go_on_;
  std::atomic<int> served_ = 0;
  TestServer test_{[this](Exchange& exchange) {
                     EXPECT_EQ(exchange.stop_token().stop_requested(), served_++ > 0) << "the second one looks gone";
                     EXPECT_TRUE(go_on_.wait());
                     fine(exchange);
                   },
                   one_thread()};
  RawClient first_ = test_.client();
  std::optional<RawClient> queued_;
};

TEST_F(QueuedClient, WhoEndsSendingStillGetsTheAnswer) {
  queued_->close_sending();
  SystemClock real;
  const Timestamp seen = real.now() + std::chrono::milliseconds(500);  // the server looks every 2 ms
  ASSERT_TRUE(eventually([&] { return real.now() >= seen; }));
  go_on_.set();
  EXPECT_TRUE(first_.read_response());
  const auto response = queued_->read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "fine");
}

TEST_F(QueuedClient, WhoLeavesIsNotServed) {
  const uint64_t accepted = test_.server->metrics().connections_accepted;
  queued_->reset();  // a FIN alone might come from one who still listens
  // Two looks at the connections later it is known; a third client's time-out shows that they were taken.
  RawClient third = test_.client();
  ASSERT_TRUE(eventually([&] { return test_.server->metrics().connections_accepted > accepted; }));
  ASSERT_TRUE(in_time(test_, [&] { return test_.server->metrics().connections_open == 2; }));
  go_on_.set();
  EXPECT_TRUE(first_.read_response());
  ASSERT_TRUE(eventually(
      [&] { return test_.server->metrics().queue_length == 0 && test_.server->metrics().connections_open <= 1; }));
  EXPECT_EQ(served_, 1);
}

// A peer that sends and sends: refused within the limits, and what follows is taken for a while and thrown away, never
// kept.
TEST(Endless, HeadsAndFramingAreCutOffAtTheirLimits) {
  TestServer test([](Exchange& exchange) {
    const auto body = read_all(exchange.body(), 1 << 20);
    EXPECT_FALSE(body);
  });
  const struct {
    const char* what;
    std::string beginning;
    int status;
  } endless[] = {{"header", "GET / HTTP/1.1\r\nHost: h\r\nX-Long: ", 431},
                 {"name of a header", "GET / HTTP/1.1\r\nHost: h\r\n", 431},
                 {"target", "GET /", 414},
                 {"method", "", 414},
                 {"size of a chunk", "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
                 {"extension", "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;", 400},
                 {"trailer", "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: ", 400}};
  const std::string more(1 << 20, 'a');
  for (const auto& [what, beginning, status] : endless) {
    RawClient client = test.client();
    ASSERT_TRUE(client.send(beginning));
    // Until nobody takes it any more.
    uint64_t sent = 0;
    while (sent < uint64_t{1} << 30 && client.send(more)) sent += more.size();
    EXPECT_LT(sent, 200u << 20) << what;
    EXPECT_GT(sent, 0u) << what;
    ASSERT_TRUE(eventually([&] { return test.server->metrics().connections_open == 0; })) << what;
  }
  EXPECT_EQ(test.server->metrics().requests_malformed, 4u);
  EXPECT_EQ(test.server->metrics().requests, 3u);
  // And who stops after the limit, and listens, is told why.
  for (const auto& [what, beginning, status] : endless) {
    RawClient client = test.client();
    ASSERT_TRUE(client.send(beginning + more.substr(0, 70'000)));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << what;
    EXPECT_EQ(response->status, status) << what;
  }
}

TEST(Overload, AFullQueueIsRefusedAtOnceAndTheConnectionStays) {
  Event go_on;
  ServerOptions options;
  options.handler_threads = 2;
  options.queue_limit = 3;
  options.refusal = [](const Refusal& refusal) {
    EXPECT_EQ(refusal.kind, Refusal::Kind::kOverloaded);
    EXPECT_EQ(refusal.request->path, "/refused");
    return Response{.head = {.status = 503, .headers = {{"Retry-After", "7"}}}, .body = "<Code>SlowDown</Code>"};
  };
  TestServer test(
      [&](Exchange& exchange) {
        EXPECT_TRUE(go_on.wait());
        fine(exchange);
      },
      options);
  std::vector<RawClient> clients;
  for (size_t n = 0; n < 5; ++n) {
    clients.push_back(test.client());
    ASSERT_TRUE(clients.back().send(get("/")));
    ASSERT_TRUE(eventually([&] {
      const ServerMetrics metrics = test.server->metrics();
      return metrics.handlers_busy + metrics.queue_length == n + 1 &&
             metrics.handlers_busy == std::min<size_t>(n + 1, 2);
    }));
  }
  RawClient refused = test.client();
  for (int n = 0; n < 2; ++n) {
    ASSERT_TRUE(refused.send(get("/refused")));
    const auto response = refused.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 503);
    EXPECT_EQ(response->body, "<Code>SlowDown</Code>");
    EXPECT_TRUE(response->has("Retry-After: 7"));
  }
  EXPECT_EQ(test.server->metrics().requests_overloaded, 2u);
  go_on.set();
  for (RawClient& client : clients) EXPECT_EQ(client.read_response()->status, 200);
  ASSERT_TRUE(refused.send(get("/")));
  EXPECT_EQ(refused.read_response()->status, 200);
}

TEST(Overload, ConnectionsOverTheLimitAreTurnedAway) {
  ServerOptions options;
  options.max_connections = 3;
  TestServer test(fine, options);
  std::vector<RawClient> clients;
  for (int n = 0; n < 3; ++n) clients.push_back(test.client());
  ASSERT_TRUE(eventually([&] { return test.server->metrics().connections_open == 3; }));
  RawClient refused = test.client();
  const auto response = refused.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_TRUE(response->has("Retry-After: 1"));
  EXPECT_TRUE(refused.closed_by_server());
  EXPECT_EQ(test.server->metrics().connections_refused, 1u);
  clients.pop_back();
  ASSERT_TRUE(eventually([&] { return test.server->metrics().connections_open == 2; }));
  clients.push_back(test.client());
  ASSERT_TRUE(clients.back().send(get("/")));
  EXPECT_EQ(clients.back().read_response()->status, 200);
}

// In a process of its own, so that the limit is nobody else's.
TEST(OverloadDeathTest, OutOfDescriptorsTurnsAwayAndGoesOn) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto play = [] {
    TestServer test(fine);
    RawClient first = test.client();
    first.send(get("/"));
    if (!first.read_response()) std::exit(1);
    // Clients and server share the limit: leave none but a few pairs.
    rlimit limit = {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    std::vector<int> held;
    limit.rlim_cur = 200;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    std::vector<RawClient> clients;
    for (int n = 0; n < 80; ++n) clients.push_back(test.client());
    if (!eventually([&] { return test.server->metrics().connections_open == 81; })) std::exit(6);
    for (int fd = 0; (fd = ::dup(0)) >= 0;) held.push_back(fd);
    ::close(held.back());
    held.pop_back();
    // The last descriptor is this client's: the server has none for its end.
    RawClient refused = test.client();
    if (!eventually([&] { return test.server->metrics().connections_refused == 1; })) std::exit(2);
    const auto response = refused.read_response();
    if (!response || response->status != 503) std::exit(3);
    first.send(get("/"));
    if (!first.read_response()) std::exit(4);
    for (const int fd : held) ::close(fd);
    RawClient next = test.client();
    next.send(get("/"));
    std::exit(next.read_response() ? 0 : 5);
  };
  EXPECT_EXIT(play(), testing::ExitedWithCode(0), "");
}

TEST(Overload, ABurstOfConnectionsIsSurvived) {
  ServerOptions options;
  options.max_connections = 50;
  TestServer test(fine, options);
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 4; ++n) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          RawClient client = test.client();
          if (client.send(get("/"))) {
            if (const auto response = client.read_response(); response && response->status == 200) ++answered;
          }
        }
      });
    }
  }
  EXPECT_GT(answered, 0);
  ASSERT_TRUE(eventually([&] { return test.server->metrics().connections_open == 0; }));
  EXPECT_EQ(test.server->metrics().connections_accepted, 2000u);
}

}  // namespace
}  // namespace caudal::http
