// SPDX-License-Identifier: Apache-2.0
#include "api/s3/event_router.h"

#include <gtest/gtest.h>

#include <thread>

#include "api/s3/bucket_settings.h"

namespace caudal::api::s3 {
namespace {

using objects::EventKind;

wire::QueueConfiguration queue(const std::string& id, const std::string& destination, const std::string& event) {
  return {.id = id, .queue_arn = "arn:aws:sqs:us-east-1:000000000000:" + destination, .events = {event}};
}

std::string document(std::vector<wire::QueueConfiguration> queues) {
  return to_document(wire::NotificationConfiguration{.queue_configurations = std::move(queues)});
}

class Routes : public testing::Test {
 protected:
  // "destination/subscription " of each.
  std::string of(const std::string& bucket, EventKind kind, const std::string& configuration) {
    const auto found = router_.recipients({.kind = kind, .bucket = bucket, .key = "k"}, configuration);
    if (!found) return found.error().to_string();
    std::string all;
    for (const objects::Recipient& one : *found) all += one.destination + "/" + one.subscription + " ";
    return all;
  }
  const NotificationRouter router_;
};

TEST_F(Routes, ToEverySubscriptionThatWantsIt) {
  const std::string all =
      document({queue("a", "orders", "s3:ObjectCreated:*"), queue("b", "orders", "s3:ObjectRemoved:*"),
                queue("c", "log", "s3:ObjectCreated:Put")});
  EXPECT_EQ(of("lake", EventKind::kPut, all), "orders/a log/c ");
  EXPECT_EQ(of("lake", EventKind::kRemoved, all), "orders/b ");
  EXPECT_EQ(of("lake", EventKind::kTagged, all), "");
}

TEST_F(Routes, TheConfigurationThatThereIsNow) {
  const std::string first = document({queue("a", "orders", "s3:ObjectCreated:*")});
  const std::string second = document({queue("b", "log", "s3:ObjectCreated:*")});
  EXPECT_EQ(of("lake", EventKind::kPut, first), "orders/a ");
  EXPECT_EQ(of("lake", EventKind::kPut, second), "log/b ");
  EXPECT_EQ(of("other", EventKind::kPut, first), "orders/a ");
  EXPECT_EQ(of("lake", EventKind::kPut, first), "orders/a ") << "also when it comes back";
}

TEST_F(Routes, ADocumentThatCannotBeReadIsAnError) {
  const auto found = router_.recipients({.kind = EventKind::kPut, .bucket = "lake", .key = "k"}, "<");
  ASSERT_FALSE(found);
  EXPECT_TRUE(found.error().is(ErrorClass::kCorrupt));
}

TEST_F(Routes, FromManyThreads) {
  const std::string one = document({queue("a", "orders", "s3:ObjectCreated:*")});
  const std::string other = document({queue("b", "log", "s3:ObjectCreated:*")});
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([&, n] {
      for (int i = 0; i < 200; ++i) {
        if ((n + i) % 2 == 0)
          EXPECT_EQ(of("lake", EventKind::kPut, one), "orders/a ");
        else
          EXPECT_EQ(of("lake", EventKind::kPut, other), "log/b ");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace caudal::api::s3
