// SPDX-License-Identifier: Apache-2.0
// Events: which there are, that none is lost, that none is told which did not happen, and their order.
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "base/encoding.h"
#include "objects/event_queue.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

std::string_view word(EventKind kind) {
  constexpr std::array<std::string_view, 11> kWords = {"",       "put",     "post",    "copied", "completed", "removed",
                                                       "marker", "expired", "xmarker", "tagged", "untagged"};
  return kWords[static_cast<size_t>(kind)];
}

class Recorder final : public EventObserver {
 public:
  void committed(const Event& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  std::vector<Event> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Event> events_;
};

class EventsTest : public StoreFixture {
 protected:
  EventsTest() {
    EXPECT_OK(store_->create_bucket("raw", {.settings = {{"notification", "all:s"}}}));
    EXPECT_OK(store_->create_bucket("quiet"));
  }
  static std::string words(const std::vector<Event>& events) {
    std::string all;
    for (const Event& event : events) all += std::string(word(event.kind)) + ":" + event.key + " ";
    return all;
  }
  std::vector<Event> queued(uint64_t after = 0, const std::string& destination = "all", size_t most = 1000) {
    std::vector<Event> events;
    for (QueuedEvent& one : unwrap(store_->read_events(destination, after, most)).events) {
      events.push_back(std::move(one.event));
    }
    return events;
  }
  // "subscription:key " of each.
  std::string deliveries(const std::string& destination, uint64_t after = 0) {
    std::string all;
    for (const QueuedEvent& one : unwrap(store_->read_events(destination, after, 1000)).events) {
      all += one.subscription + ":" + one.event.key + " ";
    }
    return all;
  }
  const ObjectRef ref_{"raw", "a"};
};

TEST_F(EventsTest, EveryChangeIsQueuedInItsOrder) {
  const ObjectInfo info = unwrap(put(ref_, "hello"));
  PutOptions post;
  post.cause = EventKind::kPost;
  ASSERT_OK(put({"raw", "form"}, "x", post));
  ASSERT_OK(store_->copy(ref_, {"raw", "b"}));
  const std::string upload = unwrap(store_->create_upload({"raw", "c"}));
  TextSource source("part");
  ASSERT_OK(store_->upload_part({"raw", "c"}, upload, 1, source));
  ASSERT_OK(store_->complete_upload({"raw", "c"}, upload, {{.number = 1}}));
  ASSERT_OK(store_->set_tags(ref_, {{"k", "v"}}));
  ASSERT_OK(store_->set_tags(ref_, {}));
  ASSERT_OK(store_->remove(ref_));
  ASSERT_OK(store_->remove({"raw", "missing"}));
  open();
  const std::vector<Event> events = queued();
  EXPECT_EQ(words(events), "put:a post:form copied:b completed:c tagged:a untagged:a removed:a ");
  EXPECT_EQ(events[0].etag, info.etag);
  EXPECT_EQ(events[0].size_bytes, 5u);
  EXPECT_EQ(events[0].version, kNullVersion);
  EXPECT_EQ(events[0].bucket, "raw");
  EXPECT_EQ(events[0].time, clock_.now());
  EXPECT_EQ(events.back().etag, "");
  for (size_t i = 1; i < events.size(); ++i) EXPECT_LT(events[i - 1].sequence, events[i].sequence);
}

TEST_F(EventsTest, VersionsAreToldApart) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  const std::string first = unwrap(put(ref_, "one")).version;
  const RemoveResult hidden = unwrap(store_->remove(ref_));
  ASSERT_OK(store_->remove(ref_, first));
  ASSERT_OK(store_->remove_many("raw", {{.key = "a", .options = {.version = hidden.version}}, {.key = "new"}}));
  const std::vector<Event> events = queued();
  EXPECT_EQ(words(events), "put:a marker:a removed:a removed:a marker:new ");
  EXPECT_EQ(events[1].version, hidden.version);
  EXPECT_EQ(events[2].version, first);
  EXPECT_EQ(events[3].version, hidden.version);
}

TEST_F(EventsTest, OnlyBucketsWithANotificationQueue) {
  ASSERT_OK(put({"quiet", "a"}, "x"));
  EXPECT_TRUE(queued().empty());
  ASSERT_OK(store_->put_setting("quiet", settings::kNotification, "all:s"));
  ASSERT_OK(put({"quiet", "b"}, "x"));
  ASSERT_OK(store_->remove_setting("quiet", settings::kNotification));
  ASSERT_OK(put({"quiet", "c"}, "x"));
  EXPECT_EQ(words(queued()), "put:b ");
}

TEST_F(EventsTest, WhatIsRefusedOrFailsIsNotTold) {
  Recorder recorder;
  store_->observe(&recorder);
  PutOptions options;
  options.preconditions.if_match = "other";
  EXPECT_FALSE(put(ref_, "x", options));
  EXPECT_FALSE(store_->remove(ref_, RemoveOptions{.if_match = "other"}));
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(put(ref_, "x"));
  plan_.disarm();
  EXPECT_TRUE(queued().empty());
  EXPECT_TRUE(recorder.take().empty());
  ASSERT_OK(put(ref_, "y"));
  EXPECT_EQ(words(queued()), "put:a ") << "the failed one does not hold back the next";
  EXPECT_EQ(words(recorder.take()), "put:a ");
  store_->observe(nullptr);
}

TEST_F(EventsTest, TheObserverSeesAllBucketsAtOnce) {
  Recorder recorder;
  store_->observe(&recorder);
  ASSERT_OK(put({"quiet", "a"}, "x"));
  ASSERT_OK(put(ref_, "y"));
  const std::vector<Event> events = recorder.take();
  EXPECT_EQ(words(events), "put:a put:a ");
  EXPECT_EQ(events[0].etag, to_hex(md5_of("x"))) << "which is computed while it is committed";
  EXPECT_EQ(events[1].etag, to_hex(md5_of("y"))) << "which the queue had to know before";
  EXPECT_EQ(events[0].sequence, 0u) << "it is in no queue";
  EXPECT_EQ(events[1].sequence, queued()[0].sequence);
  store_->observe(nullptr);
  ASSERT_OK(put(ref_, "z"));
  EXPECT_TRUE(recorder.take().empty());
}

TEST_F(EventsTest, WhatIsAcknowledgedIsGoneAndSequencesGoOn) {
  for (const char* key : {"a", "b", "c"}) ASSERT_OK(put({"raw", key}, "x"));
  const std::vector<Event> events = queued();
  EXPECT_EQ(words(queued(0, "all", 2)), "put:a put:b ");
  EXPECT_EQ(words(queued(events[1].sequence)), "put:c ");
  ASSERT_OK(store_->acknowledge_events("all", events[1].sequence));
  EXPECT_EQ(words(queued()), "put:c ");
  ASSERT_OK(store_->acknowledge_events("all", events[0].sequence)) << "again, and late";
  ASSERT_OK(store_->acknowledge_events("all", ~uint64_t{0})) << "not beyond what there is";
  clock_.advance(std::chrono::hours(-24));
  open();
  EXPECT_TRUE(queued().empty());
  ASSERT_OK(put({"raw", "d"}, "x"));
  ASSERT_EQ(words(queued()), "put:d ");
  EXPECT_GT(queued()[0].sequence, events[2].sequence) << "though the clock went back";
}

TEST_F(EventsTest, WaitingEndsWithAnEventOrAStop) {
  std::stop_source stop;
  std::thread writer([&] { EXPECT_OK(put(ref_, "x")); });
  EXPECT_TRUE(store_->wait_for_events(0, stop.get_token()));
  writer.join();
  const uint64_t seen = unwrap(store_->read_events("all", 0, 10)).seen;
  std::thread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(store_->wait_for_events(seen, stop.get_token()));
  stopper.join();
}

TEST_F(EventsTest, AReaderBesideManyWritersMissesNothing) {
  constexpr int kWriters = 6;
  constexpr int kPuts = 40;
  std::atomic<int> left = kWriters;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] {
      for (int n = 0; n < kPuts; ++n) EXPECT_OK(put({"raw", fmt::format("{}-{}", i, n % 3)}, std::to_string(n)));
      --left;
    });
  }
  std::map<std::string, std::vector<std::string>> etags;  // of each key, as they were read
  uint64_t after = 0;
  int count = 0;
  for (bool done = false; !done;) {
    done = left == 0;  // then what is read now is the rest
    const auto events = queued(after);
    for (const Event& event : events) etags[event.key].push_back(event.etag);
    count += static_cast<int>(events.size());
    if (!events.empty()) after = events.back().sequence;
    ASSERT_OK(store_->acknowledge_events("all", after));
  }
  for (std::thread& writer : writers) writer.join();
  ASSERT_EQ(count, kWriters * kPuts);
  for (int i = 0; i < kWriters; ++i) {
    for (int n = 0; n < kPuts; ++n) {
      const auto& seen = etags[fmt::format("{}-{}", i, n % 3)];
      EXPECT_EQ(seen.at(static_cast<size_t>(n / 3)), to_hex(md5_of(std::to_string(n)))) << "in the order of the puts";
    }
  }
}

// The queue by itself, since a store cannot be made to commit in a wished order.
TEST_F(EventsTest, WhatCommitsEarlyWaitsForThoseBefore) {
  EventQueue queue(*kv_, unwrap(kv_->family("test.events")));
  ASSERT_OK(queue.open(clock_.now()));
  std::array<kv::Batch, 3> batches;
  std::array<Event, 3> events;
  for (size_t i = 0; i < 3; ++i) {
    events[i].key = std::to_string(i);
    EXPECT_EQ(queue.add(batches[i], events[i], {{"all", "s"}}).size(), 1u);
  }
  const auto keys = [&] {
    std::string all;
    for (const QueuedEvent& one : unwrap(queue.read("all", 0, 10)).events) all += one.event.key;
    return all;
  };
  const auto commit = [&](size_t i) {
    ASSERT_OK(kv_->commit(std::move(batches[i])));
    queue.settle({events[i].sequence}, true);
  };
  commit(2);
  EXPECT_EQ(keys(), "");
  ASSERT_OK(queue.acknowledge("all", events[2].sequence));
  commit(0);
  EXPECT_EQ(keys(), "0");
  queue.settle({events[1].sequence}, false);
  EXPECT_EQ(keys(), "02");
}

TEST_F(EventsTest, EachSubscriptionHasItsOwnRowInTheQueueOfItsDestination) {
  ASSERT_OK(store_->put_setting("raw", settings::kNotification, "orders:a orders:b log:c"));
  ASSERT_OK(put(ref_, "x"));
  ASSERT_OK(put({"raw", "b"}, "x"));
  EXPECT_EQ(deliveries("orders"), "a:a b:a a:b b:b ");
  EXPECT_EQ(deliveries("log"), "c:a c:b ");
  EXPECT_EQ(deliveries("all"), "");
  EXPECT_EQ(unwrap(store_->event_destinations()), (std::vector<std::string>{"log", "orders"}));
  ASSERT_OK(store_->acknowledge_events("orders", queued(0, "orders")[0].sequence));
  open();
  EXPECT_EQ(deliveries("orders"), "b:a a:b b:b ") << "of one event, one subscription has it and the other has not";
  EXPECT_EQ(deliveries("log"), "c:a c:b ") << "what one destination has is not the others' business";
  ASSERT_OK(store_->acknowledge_events("log", ~uint64_t{0}));
  EXPECT_EQ(unwrap(store_->event_destinations()), std::vector<std::string>{"orders"});
}

TEST_F(EventsTest, ADestinationsNameIsNoPrefixOfAnothers) {
  ASSERT_OK(store_->put_setting("raw", settings::kNotification, "a:1 ab:2 a.b:3"));
  ASSERT_OK(put(ref_, "x"));
  EXPECT_EQ(deliveries("a"), "1:a ");
  ASSERT_OK(store_->acknowledge_events("a", ~uint64_t{0}));
  EXPECT_EQ(deliveries("ab"), "2:a ");
  EXPECT_EQ(deliveries("a.b"), "3:a ");
}

TEST_F(EventsTest, WhoIsInterestedIsDecidedWhenItHappens) {
  ASSERT_OK(put(ref_, "x"));
  ASSERT_OK(store_->put_setting("raw", settings::kNotification, "later:s"));
  ASSERT_OK(put({"raw", "b"}, "x"));
  ASSERT_OK(store_->remove_setting("raw", settings::kNotification));
  ASSERT_OK(store_->remove(ref_));
  ASSERT_OK(store_->remove({"raw", "b"}));
  ASSERT_OK(store_->delete_bucket("raw"));
  open();
  EXPECT_EQ(deliveries("all"), "s:a ") << "also when the bucket is gone";
  EXPECT_EQ(deliveries("later"), "s:b ");
}

TEST_F(EventsTest, ASettingThatCannotBeReadRefusesWhatItShouldTellOf) {
  ASSERT_OK(store_->put_setting("raw", settings::kNotification, " "));
  Recorder recorder;
  store_->observe(&recorder);
  EXPECT_FALSE(put(ref_, "x"));
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key);
  EXPECT_TRUE(recorder.take().empty());
  ASSERT_OK(store_->remove_setting("raw", settings::kNotification));
  ASSERT_OK(put(ref_, "x"));
  EXPECT_EQ(words(recorder.take()), "put:a ");
  EXPECT_TRUE(unwrap(store_->event_destinations()).empty());
  store_->observe(nullptr);
}

TEST_F(EventsTest, ABatchOfRemovalsQueuesEach) {
  for (const char* key : {"a", "b"}) ASSERT_OK(put({"raw", key}, "x"));
  ASSERT_OK(store_->put_setting("raw", settings::kNotification, "orders:a orders:b"));
  ASSERT_OK(store_->remove_many("raw", {{.key = "a"}, {.key = "b"}, {.key = "absent"}}));
  EXPECT_EQ(deliveries("orders"), "a:a b:a a:b b:b ");
}

}  // namespace
}  // namespace caudal::objects
