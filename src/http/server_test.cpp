// SPDX-License-Identifier: Apache-2.0
// The server over real sockets: requests, answers, and who keeps the connection.
#include "http/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "http/client.h"
#include "http/errors.h"
#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

using testing::HasSubstr;

// Answers with what was asked, and the body.
void echo(Exchange& exchange) {
  const Request& request = exchange.request();
  const auto body = read_all(exchange.body(), 1 << 20);
  if (!body) return;
  EXPECT_OK(exchange.response().send({.headers = {{"Content-Type", "text/plain"}}},
                                     std::string(request.method) + " " + std::string(request.target) + " " + *body));
}

TEST(Server, AnswersRequestAfterRequestOnOneConnection) {
  TestServer test(echo);
  RawClient client = test.client();
  for (const char* path : {"/a", "/b?c=%20", "/d"}) {
    ASSERT_TRUE(client.send(get(path)));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, std::string("GET ") + path + " ");
    EXPECT_TRUE(response->has("Content-Type: text/plain"));
    EXPECT_TRUE(response->has("Date: Fri, 01 Mar 2024 00:00:00 GMT"));
    EXPECT_THAT(response->head, testing::Not(HasSubstr("Connection:")));
  }
  EXPECT_EQ(test.server->metrics().requests, 3u);
  EXPECT_EQ(test.server->metrics().connections_accepted, 1u);
}

TEST(Server, TellsTheHandlerWhoAsks) {
  Request seen;
  std::vector<std::string> ids;
  TestServer test([&](Exchange& exchange) {
    ids.push_back(exchange.request().id);
    EXPECT_EQ(exchange.request().peer_address, "127.0.0.1");
    EXPECT_NE(exchange.request().peer_port, 0);
    EXPECT_FALSE(exchange.request().tls);
    EXPECT_EQ(exchange.request().received_at, kTestStart);
    EXPECT_EQ(exchange.request().headers.find("x-a"), "b");
    EXPECT_OK(exchange.response().send({}, ""));
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/", "X-A: b\r\n") + get("/", "X-A: b\r\n")));
  ASSERT_TRUE(client.read_response());
  ASSERT_TRUE(client.read_response());
  ASSERT_EQ(ids.size(), 2u);
  EXPECT_EQ(ids[0].size(), 16u);
  EXPECT_NE(ids[0], ids[1]);
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  TestServer test(echo);
  RawClient client = test.client();
  std::string all;
  for (int n = 0; n < 200; ++n) all += n % 2 == 0 ? get("/" + std::to_string(n)) : put("/" + std::to_string(n), "body");
  ASSERT_TRUE(client.send(all));
  for (int n = 0; n < 200; ++n) {
    const auto response = client.read_response();
    ASSERT_TRUE(response) << n;
    EXPECT_EQ(response->body, (n % 2 == 0 ? "GET /" : "PUT /") + std::to_string(n) + (n % 2 == 0 ? " " : " body"));
  }
}

TEST(Server, TakesARequestByteByByte) {
  TestServer test(echo);
  RawClient client = test.client();
  for (const char c : put("/slow", "hello")) ASSERT_TRUE(client.send(std::string(1, c)));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "PUT /slow hello");
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  TestServer test(echo);
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/", "Connection: close\r\n")));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->has("Connection: close"));
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_FALSE(client.was_reset());
}

TEST(Server, Http10ClosesUnlessAskedOtherwise) {
  TestServer test(echo);
  RawClient client = test.client();
  ASSERT_TRUE(client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->has("Connection: keep-alive"));
  ASSERT_TRUE(client.send("GET /b HTTP/1.0\r\n\r\n"));
  response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "GET /b ");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(Server, HeadGetsTheHeadOfGet) {
  TestServer test([](Exchange& exchange) {
    if (exchange.request().path == "/stream") {
      EXPECT_OK(exchange.response().start({}, 5));
      EXPECT_OK(exchange.response().write("hello"));
      EXPECT_OK(exchange.response().finish());
    } else if (exchange.request().path == "/length") {
      EXPECT_OK(exchange.response().start({}, 5));
      EXPECT_OK(exchange.response().finish());
    } else {
      EXPECT_OK(exchange.response().send({}, "hello"));
    }
  });
  RawClient client = test.client();
  for (const char* path : {"/send", "/stream", "/length"}) {
    ASSERT_TRUE(client.send(fmt::format("HEAD {} HTTP/1.1\r\nHost: h\r\n\r\n", path)));
  }
  ASSERT_TRUE(client.send(get("/send")));
  for (int n = 0; n < 3; ++n) {
    const auto response = client.read_response(true);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_TRUE(response->has("Content-Length: 5"));
  }
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello");
}

TEST(Server, NoContentHasNeitherBodyNorLength) {
  TestServer test([](Exchange& exchange) {
    EXPECT_OK(exchange.response().send({.status = exchange.request().path == "/204" ? 204 : 304}, ""));
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/204") + get("/304")));
  for (const int status : {204, 304}) {
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, status);
    EXPECT_THAT(response->head, testing::Not(HasSubstr("Content-Length")));
  }
}

TEST(Server, AHandlerThatThrowsIsA500AndNothingMore) {
  TestServer test([](Exchange& exchange) {
    if (exchange.request().path == "/throw") throw std::runtime_error("no such luck");
    if (exchange.request().path == "/int") throw 7;
    if (exchange.request().path != "/forget") EXPECT_OK(exchange.response().send({}, "fine"));
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/throw") + get("/int") + get("/forget") + get("/")));
  for (const int status : {500, 500, 500, 200}) {
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, status);
  }
  EXPECT_EQ(test.server->metrics().handler_failures, 3u);
  EXPECT_THAT(test.log(),
              testing::ElementsAre(HasSubstr("the handler threw: no such luck"), HasSubstr("no exception")));
}

TEST(Server, AHeadThatHttpCannotCarryIsRefusedAndAnotherMayBeTried) {
  TestServer test([](Exchange& exchange) {
    ResponseHead head;
    head.headers.add("x-amz-meta-a", "1\r\nSet-Cookie: stolen");
    const auto refused = exchange.response().send(head, "body");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_message);
    EXPECT_FALSE(exchange.response().started());
    EXPECT_OK(exchange.response().send({.status = 400}, "bad"));
    EXPECT_FALSE(exchange.response().send({}, "twice"));
  });
  RawClient client = test.client();
  ASSERT_TRUE(client.send(get("/")));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400);
  EXPECT_EQ(response->body, "bad");
  EXPECT_THAT(response->head, testing::Not(HasSubstr("Set-Cookie")));
}

TEST(Server, RefusesSmugglingShapesAndCloses) {
  std::atomic<int> handled = 0;
  TestServer test([&](Exchange& exchange) {
    ++handled;
    echo(exchange);
  });
  const std::string behind = get("/smuggled");
  const std::pair<std::string, int> shapes[] = {
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + behind, 400},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello" + behind, 400},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + behind, 400},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + behind, 400},
      {"GET / HTTP/1.1\nHost: h\n\n" + behind, 400},
      {"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n" + behind, 400},
      {"GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n" + behind, 414},
      {"GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(40'000, 'a') + "\r\n\r\n" + behind, 431},
      {"GET / HTTP/3.0\r\nHost: h\r\n\r\n" + behind, 505},
      {"PUT / HTTP/1.1\r\nHost: h\r\nExpect: magic\r\nContent-Length: 5\r\n\r\nhello" + behind, 417}};
  for (const auto& [bytes, status] : shapes) {
    RawClient client = test.client();
    ASSERT_TRUE(client.send(bytes));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << bytes.substr(0, 100);
    EXPECT_EQ(response->status, status) << bytes.substr(0, 100);
    EXPECT_TRUE(response->has("Connection: close"));
    client.close_sending();
    EXPECT_TRUE(client.closed_by_server());
    EXPECT_FALSE(client.was_reset());
  }
  EXPECT_EQ(handled, 0);
  EXPECT_EQ(test.server->metrics().requests_malformed, std::size(shapes));
}

TEST(Server, RefusalsAreWordedByWhoRunsIt) {
  ServerOptions options;
  options.refusal = [](const Refusal& refusal) {
    EXPECT_EQ(refusal.kind, Refusal::Kind::kMalformed);
    EXPECT_EQ(refusal.request_id.size(), 16u);
    return Response{.head = {.status = refusal.status, .headers = {{"Content-Type", "application/xml"}}},
                    .body = "<Error>" + std::string(refusal.why) + "</Error>"};
  };
  TestServer test(echo, options);
  RawClient client = test.client();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\n\r\n"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "<Error>The request has no Host header.</Error>");
  EXPECT_TRUE(response->has("Content-Type: application/xml"));
}

TEST(Server, ManyConnectionsAtOnce) {
  TestServer test(echo);
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int n = 0; n < 16; ++n) {
    threads.emplace_back([&, n] {
      RawClient client = test.client();
      for (int i = 0; i < 50; ++i) {
        const std::string path = "/" + std::to_string(n) + "/" + std::to_string(i);
        client.send(put(path, std::string(static_cast<size_t>(i) * 100, 'x')));
        const auto response = client.read_response();
        if (response && response->body == "PUT " + path + " " + std::string(static_cast<size_t>(i) * 100, 'x')) ++right;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 16 * 50);
}

TEST(Server, ListensOnIpv6WhereThereIsAny) {
  SystemClock clock;
  std::string seen;
  const auto server = Server::open({.address = "::1"},
                                   {.blocking =
                                        [&](Exchange& exchange) {
                                          seen = exchange.request().peer_address;
                                          EXPECT_OK(exchange.response().send({}, ""));
                                        }},
                                   clock);
  if (!server) GTEST_SKIP() << server.error().to_string();
  const auto client = unwrap(Client::open({}, clock, 1));
  ASSERT_OK(client->send({.url = "http://[::1]:" + std::to_string((*server)->port()) + "/"}));
  EXPECT_EQ(seen, "::1");
}

TEST(Server, CannotListenTwiceOnOnePort) {
  TestServer test(echo);
  SystemClock clock;
  const auto second = Server::open({.port = test.server->port()}, {.blocking = echo}, clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::cannot_listen);
  EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1 port " + std::to_string(test.server->port())));
  const auto named = Server::open({.address = "localhost"}, {.blocking = echo}, clock);
  ASSERT_FALSE(named);
  EXPECT_THAT(named.error().message, HasSubstr("no numeric one"));
}

}  // namespace
}  // namespace caudal::http
