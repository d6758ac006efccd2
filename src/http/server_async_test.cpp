// SPDX-License-Identifier: Apache-2.0
// Asynchronous handlers: bodies read beforehand, answers from other threads, the way to the pool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <thread>

#include "http/errors.h"
#include "http/server.h"
#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

constexpr uint64_t kLimit = 100'000;

Handlers asynchronous(AsyncHandler handler) {
  return {.blocking = [](Exchange& exchange) { EXPECT_OK(exchange.response().send({}, "blocking")); },
          .async = std::move(handler),
          .takes_async = [](const Request& request) -> std::optional<uint64_t> {
            if (request.headers.find("x-amz-target")) return kLimit;
            return std::nullopt;
          }};
}

std::string post(const std::string& body) { return put("/", body, "X-Amz-Target: t\r\n"); }

// Keeps exchanges until another thread answers them, as a committer of writes does.
class Committer {
 public:
  void add(std::unique_ptr<Exchange> exchange) {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(exchange));
  }
  size_t size() {
    std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  void commit() {
    std::deque<std::unique_ptr<Exchange>> all;
    {
      std::lock_guard lock(mutex_);
      all.swap(waiting_);
    }
    for (const auto& exchange : all) EXPECT_OK(exchange->response().send({}, std::string(exchange->body().buffered())));
  }

 private:
  std::mutex mutex_;
  std::deque<std::unique_ptr<Exchange>> waiting_;
};

TEST(AsyncHandler, GetsTheBodyWholeAndAnswersAtOnce) {
  const std::string large(kLimit, 'x');
  TestServer test(asynchronous([](std::unique_ptr<Exchange> exchange) {
    std::string body(exchange->body().buffered());
    EXPECT_EQ(read_all(exchange->body(), kLimit).value(), body);
    EXPECT_OK(exchange->response().send({}, std::move(body)));
  }));
  RawClient client = test.client();
  ASSERT_TRUE(client.send(post("hello") + post("") + get("/") + post(large)));
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: t\r\nTransfer-Encoding: chunked\r\n\r\n" +
                          chunk_of("abc") + chunk_of("de") + "0\r\n\r\n" + post("last")));
  for (const std::string& expected : {std::string("hello"), std::string(), std::string("blocking"), large,
                                      std::string("abcde"), std::string("last")}) {
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->body == expected) << response->body.substr(0, 100);
  }
}

TEST(AsyncHandler, ATooLargeBodyIsAnErrorThatItWordsItself) {
  TestServer test(asynchronous([](std::unique_ptr<Exchange> exchange) {
    const auto body = read_all(exchange->body(), kLimit);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code, Errc::body_too_large);
    EXPECT_OK(exchange->response().send({.status = 413}, "ValidationException"));
  }));
  RawClient client = test.client();
  ASSERT_TRUE(client.send(post(std::string(kLimit + 1, 'x'))));
  auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "ValidationException");
  RawClient other = test.client();
  ASSERT_TRUE(other.send("PUT / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: t\r\nTransfer-Encoding: chunked\r\n\r\n" +
                         chunk_of(std::string(kLimit, 'x')) + chunk_of("y")));
  response = other.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "ValidationException");
}

TEST(AsyncHandler, IsNotCalledForABodyThatIsBroken) {
  TestServer test(asynchronous([](std::unique_ptr<Exchange>) { ADD_FAILURE() << "called"; }));
  RawClient client = test.client();
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400);
  RawClient gone = test.client();
  ASSERT_TRUE(gone.send("PUT / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: t\r\nContent-Length: 50\r\n\r\nzz"));
  gone.close();
  EXPECT_TRUE(
      eventually([&] { return test.server->metrics().requests == 2 && test.server->metrics().connections_open <= 1; }));
}

TEST(AsyncHandler, MayBeAnsweredByAnotherThreadWithoutHoldingOneOfOurs) {
  Committer committer;
  ServerOptions options;
  options.handler_threads = 1;
  options.network_threads = 1;
  TestServer test(asynchronous([&](std::unique_ptr<Exchange> exchange) { committer.add(std::move(exchange)); }),
                  options);
  std::vector<RawClient> clients;
  for (int n = 0; n < 50; ++n) {
    clients.push_back(test.client());
    // The second is answered after the first, though both are here.
    ASSERT_TRUE(clients.back().send(post("first " + std::to_string(n)) + post("second " + std::to_string(n))));
  }
  for (const char* which : {"first ", "second "}) {
    ASSERT_TRUE(eventually([&] { return committer.size() == 50; }));
    committer.commit();
    for (size_t n = 0; n < clients.size(); ++n) {
      const auto response = clients[n].read_response();
      ASSERT_TRUE(response);
      EXPECT_EQ(response->body, which + std::to_string(n));
    }
  }
}

TEST(AsyncHandler, CannotStreamButGoesOnOnThePool) {
  const std::string large(1'000'000, 'x');
  TestServer test(asynchronous([&](std::unique_ptr<Exchange> exchange) {
    const auto started = exchange->response().start({}, 5);
    EXPECT_EQ(started.error().code, Errc::invalid_message);
    run_on_pool(std::move(exchange), [&](Exchange& same) {
      EXPECT_EQ(read_all(same.body(), kLimit).value(), "hello");
      EXPECT_OK(same.response().start({}, large.size()));
      EXPECT_OK(same.response().write(large));
      EXPECT_OK(same.response().finish());
    });
  }));
  RawClient client = test.client();
  for (int n = 0; n < 3; ++n) {
    ASSERT_TRUE(client.send(post("hello")));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->body == large);
  }
}

TEST(AsyncHandler, ThrowingOrForgettingIsA500) {
  TestServer test(asynchronous([](std::unique_ptr<Exchange> exchange) {
    if (exchange->body().buffered() == "throw") throw std::runtime_error("no such luck");
  }));
  RawClient client = test.client();
  for (const char* body : {"throw", "forget"}) {
    ASSERT_TRUE(client.send(post(body)));
    EXPECT_EQ(client.read_response()->status, 500);
  }
  EXPECT_THAT(test.log(), testing::ElementsAre(testing::HasSubstr("no such luck")));
}

TEST(AsyncHandler, AChoiceThatThrowsFallsBackToThePool) {
  Handlers handlers = asynchronous([](std::unique_ptr<Exchange>) { ADD_FAILURE() << "called"; });
  handlers.takes_async = [](const Request&) -> std::optional<uint64_t> { throw std::runtime_error("undecided"); };
  TestServer test(std::move(handlers));
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  EXPECT_EQ(client.read_response()->body, "blocking");
  EXPECT_THAT(test.log(), testing::ElementsAre(testing::HasSubstr("undecided")));
}

TEST(AsyncHandler, LargeAnswersWaitForTheClientWithoutAThread) {
  const std::string large(20'000'000, 'x');
  TestServer test(
      asynchronous([&](std::unique_ptr<Exchange> exchange) { EXPECT_OK(exchange->response().send({}, large)); }));
  RawClient slow = test.client();
  RawClient quick = test.client();
  ASSERT_TRUE(slow.send(post("")));
  ASSERT_TRUE(eventually([&] { return test.server->metrics().bytes_out > 0; }));
  ASSERT_TRUE(quick.send(get("/")));
  EXPECT_EQ(quick.read_response()->body, "blocking");
  EXPECT_TRUE(slow.read_response()->body == large);
}

// As a door does that never waits: called on the network thread, and again once somebody else has committed.
TEST(AsyncHandler, WhatItHandsToTheNetworkIsRunOnTheThreadThatCalledIt) {
  std::deque<std::thread> others;
  ServerOptions options;
  options.network_threads = 1;
  TestServer test(asynchronous([&](std::unique_ptr<Exchange> exchange) {
                    const auto here = std::this_thread::get_id();
                    others.emplace_back([exchange = std::move(exchange), here]() mutable {
                      Exchange& same = *exchange;
                      same.on_network([exchange = std::move(exchange), here] {
                        EXPECT_EQ(std::this_thread::get_id(), here);
                        if (exchange->body().buffered() == "throw") throw std::runtime_error("no such luck");
                        EXPECT_OK(exchange->response().send({}, std::string(exchange->body().buffered())));
                      });
                    });
                  }),
                  options);
  RawClient client = test.client();
  for (const std::string text : {"hello", "again"}) {
    ASSERT_TRUE(client.send(post(text)));
    EXPECT_EQ(client.read_response()->body, text);
  }
  ASSERT_TRUE(client.send(post("throw")));
  EXPECT_EQ(client.read_response()->status, 500);
  EXPECT_THAT(test.log(), testing::ElementsAre(testing::HasSubstr("no such luck")));
  for (std::thread& other : others) other.join();
}

// As a door does whose write somebody else commits: the pool's thread leaves the exchange behind, and another job of
// the pool answers.
TEST(KeepingHandler, LeavesItsExchangeToOthersAndGoesOn) {
  Committer committer;
  TestServer test(
      [&](std::unique_ptr<Exchange> exchange) {
        char body[16];
        EXPECT_EQ(exchange->body().read(body, sizeof body).value(), 4u) << "it may block";
        committer.add(std::move(exchange));
      },
      {.handler_threads = 1});
  constexpr int kClients = 5;
  std::deque<RawClient> clients;
  for (int n = 0; n < kClients; ++n) {
    clients.push_back(test.client());
    ASSERT_TRUE(clients.back().send(put("/", "body")));
  }
  while (committer.size() < kClients) std::this_thread::yield();  // one thread takes them all
  committer.commit();
  for (RawClient& client : clients) EXPECT_EQ(client.read_response()->status, 200);
}

TEST(KeepingHandler, WhatItHandsToThePoolIsRunThereAndMayAnswer) {
  TestServer test(
      [&](std::unique_ptr<Exchange> exchange) {
        Exchange& same = *exchange;
        const auto here = std::this_thread::get_id();
        same.on_pool([exchange = std::move(exchange), here]() mutable {
          EXPECT_EQ(std::this_thread::get_id(), here) << "there is but one";
          EXPECT_OK(exchange->response().start({}, 5));
          EXPECT_OK(exchange->response().write("hello"));
          EXPECT_OK(exchange->response().finish());
        });
      },
      {.handler_threads = 1});
  RawClient client = test.client();
  for (int n = 0; n < 3; ++n) {
    ASSERT_TRUE(client.send(put("/", "body")));
    EXPECT_EQ(client.read_response()->body, "hello");
  }
}

TEST(KeepingHandler, AJobThatThrowsFailsItsRequestAlone) {
  TestServer test([](std::unique_ptr<Exchange> exchange) {
    Exchange& same = *exchange;
    same.on_pool([exchange = std::move(exchange)] {
      if (exchange->request().path == "/throws") throw std::bad_alloc();
      (void)exchange->response().send({}, "hello");
    });
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(put("/throws", "")));
  EXPECT_EQ(client.read_response()->status, 500);
  RawClient another = test.client();
  ASSERT_TRUE(another.send(put("/", "")));
  EXPECT_EQ(another.read_response()->body, "hello");
  test.server->stop();
  EXPECT_EQ(test.log().size(), 1u);
}

TEST(KeepingHandler, AnExchangeThatIsDroppedIsAnsweredAndOneThatThrowsIsLogged) {
  TestServer test([](const std::unique_ptr<Exchange>& exchange) {
    if (exchange->request().path == "/throws") throw std::runtime_error("broken");
  });
  for (const char* path : {"/drops", "/throws"}) {
    RawClient client = test.client();
    ASSERT_TRUE(client.send(put(path, "")));
    EXPECT_EQ(client.read_response()->status, 500) << path;
  }
  test.server.reset();  // stop() waits for answers, this for threads; the line is logged after the answer
  EXPECT_EQ(test.log().size(), 1u);
}

}  // namespace
}  // namespace caudal::http
