// SPDX-License-Identifier: Apache-2.0
// Whoever reads a stream from its beginning and does again what it tells has the table: random programs, and threads
// that write while somebody reads and shards take over.
#include <map>
#include <thread>

#include "base/random.h"
#include "items/testing/streams_fixture.h"

namespace caudal::items {
namespace {

using Key = std::pair<std::string, std::string>;

class StreamsModelTest : public StreamsFixture {
 protected:
  static Key key_of(const Item& item) {
    return {*item.find("id")->get_if<std::string>(), item.find("at")->get_if<Number>()->to_string()};
  }
  std::map<Key, Item> table() {
    std::map<Key, Item> items;
    for (Item& item : all("tab")) items.emplace(key_of(item), std::move(item));
    return items;
  }
  // What an event says must fit what those before it made.
  static void apply(const std::vector<Event>& events, std::map<Key, Item>& copy) {
    Sequence last = 0;
    for (const Event& event : events) {
      ASSERT_GT(event.sequence, last);
      last = event.sequence;
      const Key key = key_of(event.keys);
      const auto there = copy.find(key);
      ASSERT_EQ(event.before.has_value(), there != copy.end());
      if (event.before) ASSERT_EQ(*event.before, there->second);
      ASSERT_NE(event.before, event.after);
      ASSERT_EQ(event.kind, !event.before  ? EventKind::kInsert
                            : !event.after ? EventKind::kRemove
                                           : EventKind::kModify);
      if (event.after)
        copy.insert_or_assign(key, *event.after);
      else
        copy.erase(key);
    }
  }

  static std::string key_json(Random& random) {
    return R"({"id":{"S":")" + std::string(1, "abc"[random.below(3)]) + R"("},"at":{"N":")" +
           std::to_string(random.below(5)) + R"("})";
  }
  // A put, an update or a removal of one of fifteen items.
  static Write make(Random& random, const std::string& key) {
    Write write;
    const std::string small = std::to_string(random.below(3));
    Texts texts;
    if (random.chance(0.2)) texts.condition = "attribute_exists(id)";
    switch (random.below(3)) {
      case 0: write.action = DeleteItem{"tab", item_of(key + "}")}; break;
      case 1: write.action = PutItem{"tab", item_of(key + R"(,"n":{"N":")" + small + R"("}})")}; break;
      default:
        write.action = UpdateItem{"tab", item_of(key + "}")};
        texts.update = random.chance(0.5) ? "SET n = :n" : "SET m = :n REMOVE n";
        texts.values = R"({":n":{"N":")" + small + R"("}})";
    }
    write.expressions = expressions(texts);
    return write;
  }
  void write_something(Random& random) {
    if (random.chance(0.8)) {
      ASSERT_OK(store_->write(make(random, key_json(random))));
      return;
    }
    std::set<std::string> keys;
    for (uint64_t n = 1 + random.below(5); n > 0; --n) keys.insert(key_json(random));
    std::vector<Write> writes;
    for (const std::string& key : keys) writes.push_back(make(random, key));
    ASSERT_OK(store_->transact(std::move(writes)));
  }
};

uint64_t seed_of_test() {
  const char* const given = std::getenv("CAUDAL_SEED");
  return given != nullptr ? std::stoull(given) : secure_random_u64();
}

TEST_F(StreamsModelTest, RandomProgramsAreTheSameWhenDoneAgain) {
  const uint64_t seed = seed_of_test();
  SCOPED_TRACE("CAUDAL_SEED=" + std::to_string(seed));
  Random random(seed);
  plan_.skip_syncs(true);
  const StreamName stream = make_streamed("tab", StreamView::kNewAndOldImages, true);
  auto follower = std::make_unique<Follower>(streams(), stream);
  std::map<Key, Item> copy;
  for (int step = 0; step < 3000; ++step) {
    ASSERT_NO_FATAL_FAILURE(write_something(random)) << "step " << step;
    if (random.chance(0.02)) clock_.advance(std::chrono::minutes(random.below(60)));
    if (step % 100 != 99) continue;
    std::vector<Event> events;
    clock_.advance(std::chrono::milliseconds(1));
    while (follower->poll(events)) {
    }
    ASSERT_NO_FATAL_FAILURE(apply(events, copy)) << "step " << step;
    ASSERT_EQ(copy, table()) << "step " << step;
    if (random.chance(0.1)) ASSERT_OK(store_->sweep({}));
  }
  // And from the horizon, if that is where the table began.
  if (unwrap(streams().describe(stream)).created + kStreamLife > clock_.now()) {
    std::map<Key, Item> again;
    ASSERT_NO_FATAL_FAILURE(apply(events_of(stream), again));
    ASSERT_EQ(again, table());
  }
}

TEST_F(StreamsModelTest, WhoFollowsMissesNothingWhileShardsTakeOver) {
  const uint64_t seed = seed_of_test();
  SCOPED_TRACE("CAUDAL_SEED=" + std::to_string(seed));
  plan_.skip_syncs(true);
  const StreamName stream = make_streamed("tab", StreamView::kNewAndOldImages, true);
  std::atomic<int> writing = 4;
  std::vector<std::jthread> writers;
  for (uint64_t n = 0; n < 4; ++n) {
    writers.emplace_back([this, seed, n, &writing] {
      Random random(seed + n);
      for (int step = 0; step < 400; ++step) {
        write_something(random);
        // Most of a day passes, in all.
        if (random.chance(0.05)) clock_.advance(std::chrono::minutes(random.below(20)));
      }
      --writing;
    });
  }
  Follower follower(streams(), stream);
  std::vector<Event> events;
  bool was_writing = true;
  while (was_writing) {
    was_writing = writing > 0;
    while (follower.poll(events)) {
    }
  }
  std::map<Key, Item> copy;
  ASSERT_NO_FATAL_FAILURE(apply(events, copy));
  EXPECT_EQ(copy, table());
}

}  // namespace
}  // namespace caudal::items
