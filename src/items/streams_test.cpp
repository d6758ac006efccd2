// SPDX-License-Identifier: Apache-2.0
// What streams tell, of what, and for how long.
#include "items/streams.h"

#include <atomic>
#include <thread>

#include "items/errors.h"
#include "items/stream_rows.h"
#include "items/testing/streams_fixture.h"

namespace caudal::items {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class StreamsTest : public StreamsFixture {
 protected:
  // An item put, changed and removed.
  void live(const std::string& table) {
    ASSERT_OK(put(table, R"({"id":{"S":"a"},"n":{"N":"1"}})"));
    ASSERT_OK(update(table, R"({"id":{"S":"a"}})", {.update = "SET n = :n", .values = R"({":n":{"N":"2"}})"}));
    ASSERT_OK(remove(table, R"({"id":{"S":"a"}})"));
  }
  static std::vector<EventKind> kinds_of(const std::vector<Event>& events) {
    std::vector<EventKind> kinds;
    for (const Event& event : events) kinds.push_back(event.kind);
    return kinds;
  }
  // Writes `count` items, and answers their numbers.
  std::vector<Sequence> write_some(const StreamName& stream, int count) {
    for (int n = 0; n < count; ++n) {
      EXPECT_OK(put(stream.table, R"({"id":{"S":")" + std::to_string(written_++) + R"("}})"));
    }
    std::vector<Sequence> sequences;
    for (const Event& event : events_of(stream)) sequences.push_back(event.sequence);
    return sequences;
  }
  int written_ = 0;
};

// Which came before the stream was there, but are decided after it.
TEST_F(StreamsTest, PutsThatWaitWhileAStreamIsSwitchedOnAreToldWhole) {
  make_table("tab");
  std::atomic<bool> is_on = false;
  std::jthread writer([&] {
    for (int n = 0; n < 20'000 && !is_on; ++n) {
      const std::string id = std::to_string(n);
      store_->write({.action = PutItem{"tab", item_of(R"({"id":{"S":")" + id + R"("},"n":{"S":")" + id + "\"}}")}},
                    [](const Result<Written>& written) { EXPECT_OK(written); });
    }
  });
  const TableInfo info = unwrap(set_stream("tab", StreamView::kNewImage));
  ASSERT_OK(put("tab", R"({"id":{"S":"last"},"n":{"S":"last"}})"));
  is_on = true;
  writer.join();
  const std::vector<Event> events = events_of({.table = "tab", .label = info.stream_label});
  ASSERT_FALSE(events.empty());
  for (const Event& event : events) {
    ASSERT_TRUE(event.after);
    ASSERT_EQ(event.after->size(), 2u);
    EXPECT_EQ(*event.after->find("n"), *event.keys.find("id"));
  }
}

TEST_F(StreamsTest, EachViewTellsWhatItIsFor) {
  const Item one = item_of(R"({"id":{"S":"a"},"n":{"N":"1"}})");
  const Item two = item_of(R"({"id":{"S":"a"},"n":{"N":"2"}})");
  for (const StreamView view :
       {StreamView::kKeysOnly, StreamView::kNewImage, StreamView::kOldImage, StreamView::kNewAndOldImages}) {
    const std::string table = "tab" + std::to_string(static_cast<int>(view));
    const StreamName stream = make_streamed(table, view);
    ASSERT_NO_FATAL_FAILURE(live(table));
    const std::vector<Event> events = events_of(stream);
    ASSERT_EQ(kinds_of(events), (std::vector{EventKind::kInsert, EventKind::kModify, EventKind::kRemove}));
    const bool old_too = view == StreamView::kOldImage || view == StreamView::kNewAndOldImages;
    const bool new_too = view == StreamView::kNewImage || view == StreamView::kNewAndOldImages;
    const std::optional<Item> none;
    EXPECT_EQ(events[0].before, none);
    EXPECT_EQ(events[0].after, new_too ? one : none);
    EXPECT_EQ(events[1].before, old_too ? one : none);
    EXPECT_EQ(events[1].after, new_too ? two : none);
    EXPECT_EQ(events[2].before, old_too ? two : none);
    EXPECT_EQ(events[2].after, none);
    for (const Event& event : events) {
      EXPECT_EQ(event.keys, item_of(R"({"id":{"S":"a"}})"));
      EXPECT_FALSE(event.is_expiry);
      EXPECT_EQ(time_of(event.sequence), clock_.now());
    }
    // "id" and "a" are three bytes, "n" and its number three more.
    EXPECT_EQ(events[1].size_bytes, 3U + (old_too ? 6 : 0) + (new_too ? 6 : 0));
  }
}

TEST_F(StreamsTest, WhereNothingChangedThereIsNoEvent) {
  const StreamName stream = make_streamed("tab", StreamView::kNewAndOldImages);
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"n":{"N":"1"},"s":{"SS":["x","y"]}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"n":{"N":"1.0"},"s":{"SS":["y","x"]}})"));
  EXPECT_FALSE(unwrap(put("tab", R"({"id":{"S":"a"}})", {.condition = "attribute_not_exists(id)"})).held);
  ASSERT_OK(remove("tab", R"({"id":{"S":"b"}})"));
  ASSERT_OK(update("tab", R"({"id":{"S":"a"}})", {.update = "SET n = :n", .values = R"({":n":{"N":"1"}})"}));
  ASSERT_OK(update("tab", R"({"id":{"S":"b"}})", {.update = "REMOVE n"}));
  EXPECT_FALSE(put("tab", R"({"n":{"N":"1"}})"));
  EXPECT_EQ(kinds_of(events_of(stream)), std::vector{EventKind::kInsert});
}

TEST_F(StreamsTest, ATransactionIsToldWholeAndInOrderOrNotAtAll) {
  const StreamName stream = make_streamed("tab", StreamView::kNewImage);
  make_table("plain");
  const auto transact = [&](const std::string& condition) {
    std::vector<Write> writes;
    for (const char* id : {"c", "a", "b"}) {
      writes.push_back({.action = PutItem{"tab", item_of(R"({"id":{"S":")" + std::string(id) + R"("}})")}});
    }
    writes.push_back({.action = PutItem{"plain", item_of(R"({"id":{"S":"x"}})")},
                      .expressions = expressions({.condition = condition})});
    return unwrap(store_->transact(std::move(writes))).done();
  };
  EXPECT_FALSE(transact("attribute_exists(id)"));
  EXPECT_TRUE(events_of(stream).empty());
  EXPECT_TRUE(transact("attribute_not_exists(id)"));
  std::string ids;
  for (const Event& event : events_of(stream)) ids += *event.keys.find("id")->get_if<std::string>();
  EXPECT_EQ(ids, "cab");
}

TEST_F(StreamsTest, ReadingBeginsWhereItIsToldTo) {
  const StreamName stream = make_streamed("tab", StreamView::kKeysOnly);
  const std::vector<Sequence> numbers = write_some(stream, 5);
  ASSERT_EQ(numbers.size(), 5U);
  EXPECT_TRUE(std::ranges::is_sorted(numbers));
  const std::string shard = shards(stream).at(0).id;
  const auto count = [&](const Start& start) { return events_of(stream, shard, start).size(); };
  EXPECT_EQ(count({.from = StartFrom::kTrimHorizon}), 5U);
  EXPECT_EQ(count({.from = StartFrom::kAt, .sequence = numbers[2]}), 3U);
  EXPECT_EQ(count({.from = StartFrom::kAfter, .sequence = numbers[2]}), 2U);
  EXPECT_EQ(count({.from = StartFrom::kAfter, .sequence = numbers[4]}), 0U);
  EXPECT_EQ(count({.from = StartFrom::kAt, .sequence = shards(stream).at(0).first}), 5U);
  const auto latest = unwrap(streams().position(stream, shard, {.from = StartFrom::kLatest}));
  EXPECT_TRUE(unwrap(streams().events(latest, 10)).events.empty());
  ASSERT_OK(put("tab", R"({"id":{"S":"new"}})"));
  EXPECT_EQ(unwrap(streams().events(latest, 10)).events.size(), 1U);
  const auto foreign = streams().position(stream, shard, {.from = StartFrom::kAt, .sequence = 7});
  EXPECT_EQ(foreign.error().code, Errc::invalid_request);
  EXPECT_EQ(streams().position(stream, "shardId-none", {}).error().code, Errc::no_such_stream);
  EXPECT_EQ(streams().position({"tab", "other"}, shard, {}).error().code, Errc::no_such_stream);
}

TEST_F(StreamsTest, PagesEndAtTheirLimitsAndGoOn) {
  const StreamName stream = make_streamed("tab", StreamView::kNewImage);
  write_some(stream, 10);
  const std::string shard = shards(stream).at(0).id;
  EXPECT_EQ(events_of(stream, shard, {}, 3).size(), 10U);
  const auto start = unwrap(streams().position(stream, shard, {}));
  EXPECT_EQ(unwrap(streams().events(start, 3)).events.size(), 3U);
  // 300 KB each: three fit into 1 MB.
  for (const char* id : {"x", "y", "z", "w"}) {
    ASSERT_OK(
        put("tab", R"({"id":{"S":")" + std::string(id) + R"("},"t":{"S":")" + std::string(300'000, 't') + R"("}})"));
  }
  const EventsPage page = unwrap(streams().events(start, kMostEvents));
  EXPECT_EQ(page.events.size(), 13U);
  EXPECT_EQ(unwrap(streams().events(*page.next, kMostEvents)).events.size(), 1U);
}

TEST_F(StreamsTest, PositionsExpireAfterAQuarterOfAnHour) {
  const StreamName stream = make_streamed("tab", StreamView::kKeysOnly);
  const auto start = unwrap(streams().position(stream, shards(stream).at(0).id, {}));
  clock_.advance(minutes(15));
  const auto page = streams().events(start, 10);
  ASSERT_OK(page);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(streams().events(start, 10).error().code, Errc::iterator_expired);
  EXPECT_OK(streams().events(*page->next, 10));
}

TEST_F(StreamsTest, ShardsTakeOverAndTheirEndIsTold) {
  const StreamName stream = make_streamed("tab", StreamView::kKeysOnly);
  write_some(stream, 2);
  const Shard first = shards(stream).at(0);
  EXPECT_FALSE(first.last);
  EXPECT_TRUE(first.parent.empty());
  clock_.advance(kShardLife);
  write_some(stream, 3);
  const std::vector<Shard> both = shards(stream);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].id, first.id);
  ASSERT_TRUE(both[0].last);
  EXPECT_LT(*both[0].last, both[1].first);
  EXPECT_EQ(both[1].parent, first.id);
  EXPECT_FALSE(both[1].last);
  EXPECT_EQ(events_of(stream, both[0].id).size(), 2U);
  EXPECT_EQ(events_of(stream, both[1].id).size(), 3U);
  const auto start = unwrap(streams().position(stream, both[0].id, {}));
  const EventsPage page = unwrap(streams().events(start, 2));
  ASSERT_EQ(page.events.size(), 2U);
  EXPECT_FALSE(page.next) << "a closed shard that was read to its end";
  const auto latest = unwrap(streams().position(stream, both[0].id, {.from = StartFrom::kLatest}));
  EXPECT_FALSE(unwrap(streams().events(latest, 10)).next);
  // Page by page.
  const ShardPage one = unwrap(streams().shards(stream, "", 1));
  EXPECT_TRUE(one.is_truncated);
  const ShardPage rest = unwrap(streams().shards(stream, one.shards.front().id, 1));
  EXPECT_FALSE(rest.is_truncated);
  EXPECT_EQ(rest.shards.at(0).id, both[1].id);
}

TEST_F(StreamsTest, AfterADayEventsAreTrimmed) {
  const StreamName stream = make_streamed("tab", StreamView::kKeysOnly);
  const std::vector<Sequence> numbers = write_some(stream, 2);
  const std::string shard = shards(stream).at(0).id;
  clock_.advance(hours(1));
  ASSERT_EQ(write_some(stream, 1).size(), 3U);
  clock_.advance(kStreamLife - hours(1) - minutes(5));
  auto slow = unwrap(streams().position(stream, shard, {.from = StartFrom::kAt, .sequence = numbers[0]}));
  const auto horizon = unwrap(streams().position(stream, shard, {}));
  clock_.advance(minutes(6));
  EXPECT_EQ(streams().position(stream, shard, {.from = StartFrom::kAt, .sequence = numbers[0]}).error().code,
            Errc::trimmed);
  EXPECT_EQ(streams().events(slow, 10).error().code, Errc::trimmed);
  EXPECT_EQ(unwrap(streams().events(horizon, 10)).events.size(), 1U) << "what is left";
  // Who had read them all has lost nothing.
  slow.next = numbers[1] + 1;
  EXPECT_EQ(unwrap(streams().events(slow, 10)).events.size(), 1U);

  // And they do take up no room: not at once, but soon.
  clock_.advance(minutes(20));
  ASSERT_OK(store_->sweep({}));
  const auto families = unwrap(Families::open(*kv_));
  int left = 0;
  for (kv::Scan scan = kv_->scan(families.events, kv::Range::all()); scan.valid(); scan.next()) ++left;
  EXPECT_EQ(left, 1);
  slow = unwrap(streams().position(stream, shard, {}));
  slow.is_horizon = false;
  slow.next = numbers[0];
  EXPECT_EQ(streams().events(slow, 10).error().code, Errc::trimmed);
  EXPECT_EQ(events_of(stream).size(), 1U);
}

TEST_F(StreamsTest, StreamsThatEndedAreReadForADay) {
  const StreamName first = make_streamed("tab", StreamView::kKeysOnly);
  write_some(first, 2);
  EXPECT_EQ(set_stream("tab", StreamView::kNewImage).error().code, Errc::invalid_request);
  const TableInfo without = unwrap(set_stream("tab", std::nullopt));
  EXPECT_FALSE(without.definition.stream);
  EXPECT_EQ(without.stream_label, first.label);
  EXPECT_EQ(set_stream("tab", std::nullopt).error().code, Errc::invalid_request);
  ASSERT_OK(put("tab", R"({"id":{"S":"unseen"}})"));
  EXPECT_EQ(events_of(first).size(), 2U);
  EXPECT_FALSE(unwrap(streams().describe(first)).is_enabled);
  ASSERT_TRUE(shards(first).at(0).last);

  const StreamName second{"tab", unwrap(set_stream("tab", StreamView::kNewImage)).stream_label};
  EXPECT_GT(second.label, first.label) << "within the same millisecond, too";
  write_some(second, 1);
  open();
  EXPECT_EQ(unwrap(store_->describe_table("tab")).definition.stream, StreamView::kNewImage);
  EXPECT_EQ(events_of(first).size(), 2U);
  ASSERT_EQ(events_of(second).size(), 1U);
  EXPECT_TRUE(events_of(second).front().after);
  ASSERT_OK(store_->delete_table("tab"));
  EXPECT_EQ(events_of(second).size(), 1U);
  EXPECT_EQ(unwrap(streams().list("tab", {}, 10)).streams.size(), 2U);
  const StreamsPage page = unwrap(streams().list("", {}, 1));
  EXPECT_TRUE(page.is_truncated);
  EXPECT_EQ(page.streams.front().name, first);
  EXPECT_EQ(unwrap(streams().list("", first, 1)).streams.front().name, second);

  clock_.advance(kStreamLife + minutes(1));
  EXPECT_TRUE(unwrap(streams().list("", {}, 10)).streams.empty());
  EXPECT_EQ(streams().shards(second, "", 10).error().code, Errc::no_such_stream);
  ASSERT_OK(store_->sweep({}));
  open();
  const auto families = unwrap(Families::open(*kv_));
  EXPECT_FALSE(kv_->scan(families.events, kv::Range::all()).valid());
  EXPECT_FALSE(kv_->scan(families.streams, kv::Range::all()).valid());
}

TEST_F(StreamsTest, NumbersGrowThroughRestartsAndClocksThatGoBack) {
  const StreamName stream = make_streamed("tab", StreamView::kKeysOnly);
  write_some(stream, 2);
  clock_.advance(kShardLife);
  const std::vector<Shard> before = shards(stream);
  clock_.advance(-kShardLife);
  open();
  const std::vector<Sequence> numbers = write_some(stream, 2);
  EXPECT_TRUE(std::ranges::is_sorted(numbers));
  EXPECT_GT(numbers.back(), *before.at(0).last) << "the first shard was told to be closed";
  EXPECT_EQ(events_of(stream, before.at(0).id).size(), 2U);
  open();
  EXPECT_EQ(write_some(stream, 1).size(), 5U);
}

TEST_F(StreamsTest, WhatTheDiskRefusesIsNotTold) {
  const StreamName stream = make_streamed("tab", StreamView::kKeysOnly);
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(put("tab", R"({"id":{"S":"a"}})"));
  plan_.disarm();
  open();
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})").has_value(), !events_of(stream).empty());
  ASSERT_OK(put("tab", R"({"id":{"S":"b"}})"));
  EXPECT_FALSE(events_of(stream).empty());
}

TEST(StreamRows, LabelsAndShardsAreNamedAsDynamoDbsAre) {
  const Timestamp time = std::chrono::sys_days(std::chrono::year(2026) / 1 / 31) + hours(9) + minutes(30) +
                         std::chrono::seconds(5) + std::chrono::milliseconds(7);
  EXPECT_EQ(stream_label(time), "2026-01-31T09:30:05.007");
  EXPECT_EQ(time_of(first_sequence_at(time)), time);
  StreamRow stream{.name = {"tab", "l"}, .space = 9, .key = {}, .started = first_sequence_at(time)};
  const auto shards = shards_of(stream, 0, shard_begin(stream.started));
  ASSERT_EQ(shards.size(), 1U);
  EXPECT_EQ(shard_id(stream, shards[0]).size(), 37U);
  EXPECT_TRUE(shard_id(stream, shards[0]).starts_with("shardId-000000017698518050")) << shard_id(stream, shards[0]);
  stream.ended = first_sequence_at(time + hours(9));
  const auto all = shards_of(stream, 0, first_sequence_at(time + hours(100)));
  ASSERT_EQ(all.size(), 3U);
  for (size_t n = 0; n < all.size(); ++n) {
    EXPECT_TRUE(all[n].is_closed);
    if (n > 0) EXPECT_EQ(describe(stream, all[n]).parent, describe(stream, all[n - 1]).id);
  }
  EXPECT_EQ(all.back().end, *stream.ended);
  const StreamRow again = unwrap(decode_stream(stream_key(stream.name), encode(stream)));
  EXPECT_EQ(again.name, stream.name);
  EXPECT_EQ(again.ended, stream.ended);
  EXPECT_FALSE(decode_stream(stream_key(stream.name), encode(stream).substr(1)));
}

}  // namespace
}  // namespace caudal::items
