// SPDX-License-Identifier: Apache-2.0
#include "api/s3/notifications.h"

#include <gtest/gtest.h>

#include "api/s3/bucket_settings.h"
#include "api/s3/event_message.h"

namespace caudal::api::s3 {
namespace {

using objects::EventKind;

wire::NotificationConfiguration to_queue(std::vector<std::string> events, const std::string& prefix = {},
                                         const std::string& suffix = {}) {
  wire::QueueConfiguration queue{
      .id = "q", .queue_arn = "arn:aws:sqs:us-east-1:000000000000:orders", .events = std::move(events)};
  std::vector<wire::FilterRule> rules;
  if (!prefix.empty()) rules.push_back({.name = "Prefix", .value = prefix});
  if (!suffix.empty()) rules.push_back({.name = "suffix", .value = suffix});
  if (!rules.empty())
    queue.filter = wire::NotificationConfigurationFilter{.key = wire::S3KeyFilter{.filter_rules = rules}};
  return {.queue_configurations = std::vector{queue}};
}

objects::Event event(EventKind kind, const std::string& key) {
  return {.sequence = 0x1f,
          .kind = kind,
          .bucket = "lake",
          .key = key,
          .version = "null",
          .etag = "abc",
          .size_bytes = 5,
          .time = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};
}

TEST(Notifications, WhatASubscriptionWants) {
  const auto all = subscriptions_of(to_queue({"s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"}, "raw/", ".csv"), {});
  ASSERT_TRUE(all);
  const Subscription& wants = all->front();
  EXPECT_EQ(wants.destination, "orders");
  EXPECT_TRUE(wants.wants(event(EventKind::kPut, "raw/a.csv")));
  EXPECT_TRUE(wants.wants(event(EventKind::kCompleted, "raw/a.csv")));
  EXPECT_TRUE(wants.wants(event(EventKind::kRemoved, "raw/a.csv")));
  EXPECT_FALSE(wants.wants(event(EventKind::kMarkerMade, "raw/a.csv")));
  EXPECT_FALSE(wants.wants(event(EventKind::kPut, "raw/a.txt")));
  EXPECT_FALSE(wants.wants(event(EventKind::kPut, "other/a.csv")));
}

TEST(Notifications, EveryKindHasItsName) {
  EXPECT_EQ(event_name(EventKind::kPost), "ObjectCreated:Post");
  EXPECT_EQ(event_name(EventKind::kExpiredMarkerMade), "LifecycleExpiration:DeleteMarkerCreated");
  for (int kind = 1; kind <= 10; ++kind) EXPECT_NE(event_name(static_cast<EventKind>(kind)), "Unknown") << kind;
}

TEST(Notifications, DestinationsHaveToBeKnown) {
  const auto knows = [](const std::string& name) { return name == "orders"; };
  EXPECT_TRUE(subscriptions_of(to_queue({"s3:ObjectCreated:Put"}), knows));
  wire::NotificationConfiguration other = to_queue({"s3:ObjectCreated:Put"});
  other.queue_configurations->front().queue_arn = "arn:aws:sqs:us-east-1:000000000000:nobody";
  EXPECT_EQ(subscriptions_of(other, knows).error().code, "InvalidArgument");
}

TEST(Notifications, WhatIsRefused) {
  EXPECT_EQ(subscriptions_of(to_queue({"s3:Replication:*"}), {}).error().code, "InvalidArgument");
  EXPECT_EQ(subscriptions_of(to_queue({"ObjectCreated:Put"}), {}).error().code, "InvalidArgument");
  EXPECT_EQ(subscriptions_of(to_queue({}), {}).error().code, "MalformedXML");
  auto twice = to_queue({"s3:ObjectCreated:*"}, "a");
  twice.queue_configurations->front().filter->key->filter_rules->push_back({.name = "prefix", .value = "b"});
  EXPECT_EQ(subscriptions_of(twice, {}).error().code, "InvalidArgument");
  auto unknown = to_queue({"s3:ObjectCreated:*"}, "a");
  unknown.queue_configurations->front().filter->key->filter_rules->front().name = "infix";
  EXPECT_EQ(subscriptions_of(unknown, {}).error().code, "InvalidArgument");
  EXPECT_EQ(subscriptions_of({.event_bridge_configuration = wire::EventBridgeConfiguration{}}, {}).error().status, 501);
}

TEST(Notifications, OfAStoredDocument) {
  const auto read = read_subscriptions(to_document(to_queue({"s3:ObjectCreated:*"}, "raw/")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().prefix, "raw/");
  EXPECT_EQ(read->front().id, "q");
  EXPECT_FALSE(read_subscriptions("<"));
}

TEST(EventMessage, InS3sForm) {
  const std::string message = event_message(event(EventKind::kPut, "raw/a b+ç.csv"), "q", "us-east-1");
  EXPECT_EQ(message,
            "{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"awsRegion\":\"us-east-1\","
            "\"eventTime\":\"2026-11-22T00:00:00.000Z\",\"eventName\":\"ObjectCreated:Put\",\"userIdentity\":{"
            "\"principalId\":\"ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0d\"},\"s3\":{"
            "\"s3SchemaVersion\":\"1.0\",\"configurationId\":\"q\",\"bucket\":{\"name\":\"lake\",\"ownerIdentity\":{"
            "\"principalId\":\"ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0da1ca0d\"},"
            "\"arn\":\"arn:aws:s3:::lake\"},\"object\":{\"key\":\"raw/a+b%2B%C3%A7.csv\",\"size\":5,\"eTag\":\"abc\","
            "\"sequencer\":\"000000000000001F\"}}}]}");
}

TEST(EventMessage, OfWhatIsGone) {
  objects::Event gone = event(EventKind::kMarkerMade, "a");
  gone.etag.clear();
  gone.version = "v1";
  const std::string message = event_message(gone, "", "us-east-1");
  EXPECT_EQ(message.find("\"size\""), std::string::npos);
  EXPECT_NE(message.find("\"versionId\":\"v1\""), std::string::npos);
}

}  // namespace
}  // namespace caudal::api::s3
