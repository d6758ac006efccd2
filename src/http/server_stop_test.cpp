// SPDX-License-Identifier: Apache-2.0
// How a server ends: what is under way is finished, what is idle is closed, what is new is not taken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "http/errors.h"
#include "http/server.h"
#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

TEST(Stop, FinishesWhatIsUnderWayAndClosesTheRest) {
  Event started;
  Event go_on;
  TestServer test([&](Exchange& exchange) {
    started.set();
    EXPECT_TRUE(go_on.wait());
    EXPECT_OK(exchange.response().send({}, "finished"));
  });
  RawClient idle = test.client();
  RawClient busy = test.client();
  ASSERT_TRUE(busy.send(get("/")));
  ASSERT_TRUE(started.wait());
  const uint16_t port = test.server->port();
  std::thread stopping([&] { test.server->stop(); });
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(eventually([&] { return test.server->metrics().connections_open == 1; }));
  go_on.set();
  const auto response = busy.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "finished");
  EXPECT_TRUE(response->has("Connection: close"));
  EXPECT_TRUE(busy.closed_by_server());
  stopping.join();
  EXPECT_EQ(test.server->metrics().connections_open, 0u);
  EXPECT_EQ(test.server->port(), port);
  test.server->stop();  // again: nothing to do
}

TEST(Stop, ThePortIsFreeAfterwards) {
  uint16_t port = 0;
  SystemClock clock;
  const Handlers handlers = {.blocking = [](Exchange& exchange) { EXPECT_OK(exchange.response().send({}, "")); }};
  for (int n = 0; n < 3; ++n) {
    const auto server = Server::open({.port = port}, handlers, clock);
    ASSERT_OK(server);
    port = (*server)->port();
    RawClient client(port);
    ASSERT_TRUE(client.send(get("/")));
    EXPECT_TRUE(client.read_response());
    (*server)->stop();
  }
}

TEST(Stop, CutsOffWhatDoesNotFinishInTime) {
  Event started;
  ServerOptions options;
  options.drain_timeout = std::chrono::seconds(30);
  options.rate_window = std::chrono::hours(1);
  TestServer test(
      [&](Exchange& exchange) {
        started.set();
        char byte;
        const auto count = exchange.body().read(&byte, 1);
        EXPECT_EQ(count.error().code, Errc::shutting_down);
        EXPECT_TRUE(exchange.stop_token().stop_requested());
      },
      options);
  RawClient client = test.client();
  ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"));
  ASSERT_TRUE(started.wait());
  std::atomic<bool> stopped = false;
  std::thread stopping([&] {
    test.server->stop();
    stopped = true;
  });
  EXPECT_TRUE(eventually([&] {
    test.clock.advance(std::chrono::seconds(1));
    return stopped.load();
  }));
  stopping.join();
  EXPECT_GE(test.clock.now() - kTestStart, std::chrono::seconds(30));
  EXPECT_FALSE(client.read_response());
}

TEST(Stop, AHeadThatHasBegunIsStillServed) {
  TestServer test([](Exchange& exchange) { EXPECT_OK(exchange.response().send({}, "fine")); });
  RawClient client = test.client();
  ASSERT_TRUE(client.send("GET / HT"));
  ASSERT_TRUE(eventually([&] { return test.server->metrics().bytes_in == 8; }));
  RawClient idle = test.client();
  std::thread stopping([&] { test.server->stop(); });
  EXPECT_TRUE(idle.closed_by_server());
  ASSERT_TRUE(client.send("TP/1.1\r\nHost: h\r\n\r\n"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->has("Connection: close"));
  stopping.join();
}

TEST(Stop, TheDestructorWaitsForHandlersAlone) {
  Event started;
  Event over;
  {
    TestServer test([&](Exchange& exchange) {
      Event stopped;
      const std::stop_callback callback(exchange.stop_token(), [&] { stopped.set(); });
      started.set();
      EXPECT_TRUE(stopped.wait());
      over.set();
    });
    RawClient client = test.client();
    ASSERT_TRUE(client.send(get("/")));
    ASSERT_TRUE(started.wait());
  }
  EXPECT_TRUE(over.wait());
}

}  // namespace
}  // namespace caudal::http
