// SPDX-License-Identifier: Apache-2.0
// Events on their way to webhooks, with a clock that the test moves: what is told again, what is given up, and when.
#include "app/serve/deliveries.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <deque>

#include "api/s3/event_router.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "http/testing/test_server.h"

namespace caudal::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Answers as it is told to, 200 when it is not told, and keeps which subscription told it of which key.
class Hook {
 public:
  std::string url() const { return fmt::format("http://127.0.0.1:{}/hook", server_.server->port()); }
  void answer(std::vector<int> statuses) {
    const std::lock_guard lock(mutex_);
    statuses_.assign(statuses.begin(), statuses.end());
  }
  // "subscription key status" of each.
  std::vector<std::string> posts() const {
    const std::lock_guard lock(mutex_);
    return posts_;
  }

 private:
  static std::string member(const std::string& body, const std::string& name) {
    const std::string start = "\"" + name + "\":\"";
    const size_t from = body.find(start) + start.size();
    return body.substr(from, body.find('"', from) - from);
  }
  void handle(http::Exchange& exchange) {
    std::string body;
    char piece[4096];
    for (;;) {
      const size_t got = unwrap(exchange.body().read(piece, sizeof piece));
      if (got == 0) break;
      body.append(piece, got);
    }
    int status = 200;
    {
      const std::lock_guard lock(mutex_);
      if (!statuses_.empty()) {
        status = statuses_.front();
        statuses_.pop_front();
      }
      posts_.push_back(fmt::format("{} {} {}", member(body, "configurationId"), member(body, "key"), status));
    }
    (void)exchange.response().send({.status = status}, "");
  }
  mutable std::mutex mutex_;
  std::deque<int> statuses_;
  std::vector<std::string> posts_;
  http::TestServer server_{[this](http::Exchange& exchange) { handle(exchange); }};
};

class DeliveriesTest : public testing::Test {
 protected:
  DeliveriesTest() { EXPECT_OK(store_->create_bucket("lake")); }
  // `subscriptions`: by name, to a destination.
  void configure(const std::vector<std::pair<std::string, std::string>>& subscriptions) {
    std::string document;
    for (const auto& [id, destination] : subscriptions) {
      document += fmt::format(
          "<QueueConfiguration><Id>{}</Id><Queue>arn:aws:sqs:us-east-1:000000000000:{}</Queue>"
          "<Event>s3:ObjectCreated:*</Event></QueueConfiguration>",
          id, destination);
    }
    ASSERT_OK(store_->put_setting("lake", objects::settings::kNotification, "<Setting>" + document + "</Setting>"));
  }
  void put(const std::string& key) {
    objects::TextSource source("x");
    ASSERT_OK(store_->put({"lake", key}, source));
  }
  void begin() {
    deliveries_ = unwrap(
        Deliveries::open(*store_, clock_, {.webhooks = {{"orders", hook_.url()}}, .log = [this](std::string_view line) {
                                             const std::lock_guard lock(mutex_);
                                             log_ += std::string(line) + "\n";
                                           }}));
  }
  std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  // Lets time go by until the hook was asked so often.
  bool asked(size_t times) {
    return http::eventually([&] {
      clock_.advance(std::chrono::seconds(1));
      return hook_.posts().size() >= times;
    });
  }
  size_t waiting(const std::string& destination) {
    return unwrap(store_->read_events(destination, 0, 1000)).events.size();
  }

  TemporaryDirectory dir_;
  ManualClock clock_{http::kTestStart};
  std::unique_ptr<kv::Store> kv_ =
      unwrap(kv::Store::open(dir_.path() / "kv", {.large_value_families = {objects::kBodiesFamily}}));
  const api::s3::NotificationRouter router_;
  std::unique_ptr<objects::Store> store_ =
      unwrap(objects::Store::open(*kv_, dir_.path() / "blobs", clock_, {.router = &router_}));
  Hook hook_;
  std::mutex mutex_;
  std::string log_;
  std::unique_ptr<Deliveries> deliveries_;  // last: its threads use the rest
};

TEST_F(DeliveriesTest, OnlyWhatWasNotTakenIsToldAgain) {
  configure({{"first", "orders"}, {"second", "orders"}});
  hook_.answer({200, 503, 500, 200});
  put("a");
  put("b");
  begin();
  ASSERT_TRUE(asked(6));
  EXPECT_THAT(hook_.posts(), ElementsAre("first a 200", "second a 503", "second a 500", "second a 200", "first b 200",
                                         "second b 200"));
  EXPECT_TRUE(http::eventually([&] { return waiting("orders") == 0; }));
}

TEST_F(DeliveriesTest, WhatHappenedBeforeTheBucketWentIsTold) {
  configure({{"first", "orders"}});
  put("a");
  ASSERT_OK(store_->remove_setting("lake", objects::settings::kNotification));
  ASSERT_OK(store_->remove({"lake", "a"}));
  ASSERT_OK(store_->delete_bucket("lake"));
  begin();
  ASSERT_TRUE(asked(1));
  EXPECT_THAT(hook_.posts(), ElementsAre("first a 200"));
}

TEST_F(DeliveriesTest, GoesOnWhereItWasAfterARestart) {
  configure({{"first", "orders"}, {"second", "orders"}});
  hook_.answer({200, 503, 503, 503, 503, 503, 503, 503, 503});
  put("a");
  begin();
  ASSERT_TRUE(http::eventually([&] { return waiting("orders") == 1 && hook_.posts().size() >= 2; }));
  deliveries_.reset();
  hook_.answer({});
  begin();
  ASSERT_TRUE(http::eventually([&] { return waiting("orders") == 0; }));
  const auto posts = hook_.posts();
  EXPECT_EQ(posts.front(), "first a 200");
  EXPECT_EQ(posts.back(), "second a 200");
  EXPECT_EQ(std::ranges::count(posts, "first a 200"), 1);
}

TEST_F(DeliveriesTest, WhatIsADayOldIsGivenUpAndTheNextIsTold) {
  configure({{"first", "orders"}});
  hook_.answer(std::vector<int>(1000, 503));
  put("a");
  begin();
  ASSERT_TRUE(asked(1));
  clock_.advance(std::chrono::hours(25));
  // And a little more, in case the next attempt was set for after that.
  ASSERT_TRUE(http::eventually([&] {
    clock_.advance(std::chrono::minutes(10));
    return waiting("orders") == 0;
  }));
  EXPECT_THAT(log(), HasSubstr("of lake/a in a day; it is given up"));
  hook_.answer({});
  const size_t before = hook_.posts().size();
  put("b");
  ASSERT_TRUE(asked(before + 1));
  EXPECT_EQ(hook_.posts().back(), "first b 200");
}

TEST_F(DeliveriesTest, WhatIsForNoWebhookWaitsADayForOne) {
  configure({{"first", "orders"}, {"stranger", "elsewhere"}});
  put("old");
  begin();
  ASSERT_TRUE(asked(1));
  clock_.advance(std::chrono::hours(23));
  put("young");
  ASSERT_TRUE(http::eventually([&] { return hook_.posts().size() == 2; }));
  EXPECT_EQ(waiting("elsewhere"), 2U);
  clock_.advance(std::chrono::hours(2));
  ASSERT_TRUE(http::eventually([&] {
    clock_.advance(std::chrono::seconds(5));
    return waiting("elsewhere") == 1;
  }));
  EXPECT_THAT(log(), HasSubstr("server.webhooks names no elsewhere: 1 events for it are a day old"));
  EXPECT_EQ(hook_.posts().size(), 2U) << "others are not told of it";
}

TEST(ParseWebhooks, NamesAndAddresses) {
  const auto hooks = unwrap(parse_webhooks({"orders=https://example.org/a?b=c", "log=http://127.0.0.1:1/"}));
  EXPECT_EQ(hooks.at("orders"), "https://example.org/a?b=c");
  EXPECT_EQ(hooks.at("log"), "http://127.0.0.1:1/");
  for (const char* text : {"orders", "=https://a", "a:b=https://a", "orders=ftp://a", "orders="}) {
    const auto refused = parse_webhooks({text});
    ASSERT_FALSE(refused) << text;
    EXPECT_TRUE(refused.error().is(ErrorClass::kUsage));
  }
  EXPECT_FALSE(parse_webhooks({"a=http://b", "a=http://c"}));
  EXPECT_THAT(parse_webhooks({"orders=secret-token"}).error().message, testing::Not(HasSubstr("secret-token")));
}

}  // namespace
}  // namespace caudal::app
