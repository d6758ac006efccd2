// SPDX-License-Identifier: Apache-2.0
// A table becomes again what it was at any moment of its recovery period.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>

#include "base/random.h"
#include "items/archive.h"
#include "items/archive_rows.h"
#include "items/errors.h"
#include "items/journal.h"
#include "items/testing/items_fixture.h"

namespace caudal::items {
namespace {

using std::chrono::seconds;

class RecoveryTest : public ItemsFixture {
 protected:
  RecoveryTest() { plan_.skip_syncs(true); }
  Archive& archive() { return store_->archive(); }
  Timestamp now() const { return clock_.now(); }
  TableDefinition named(const std::string& name) {
    TableDefinition definition = unwrap(store_->describe_table("tab")).definition;
    definition.name = name;
    return definition;
  }
  // Every item by its id, once the restored table can be used.
  std::map<std::string, Item> restored(const std::string& name, std::optional<Timestamp> moment) {
    const auto begun = archive().restore_to("tab", moment, named(name));
    EXPECT_OK(begun);
    return begun ? wait_for(name) : std::map<std::string, Item>();
  }
  std::map<std::string, Item> wait_for(const std::string& name) {
    for (;;) {
      const auto table = store_->describe_table(name);
      if (table && std::ranges::none_of(table->indexes, &IndexInfo::is_backfilling)) break;
      std::this_thread::yield();
    }
    return items_of(name);
  }
  std::map<std::string, Item> items_of(const std::string& name) {
    std::map<std::string, Item> items;
    for (Item& item : all(name)) {
      std::string id = item.find("id")->get_if<std::string>()->c_str();
      items.emplace(std::move(id), std::move(item));
    }
    return items;
  }
  Result<Written> put_number(const std::string& id, int n) {
    return put("tab", R"({"id":{"S":")" + id + R"("},"s":{"S":"v)" + std::to_string(n) + "\"}}");
  }
  uint64_t journal_rows() {
    uint64_t rows = 0;
    kv::Scan scan = kv_->scan(unwrap(kv_->family("items.journal")), kv::Range::all());
    for (; scan.valid(); scan.next()) ++rows;
    return rows;
  }
};

// One second of random writes after the other.
class RandomWrites {
 public:
  RandomWrites(EmbeddedStore& store, uint64_t seed) : store_(store), random_(seed) {}
  void write_some() {
    for (uint64_t n = random_.below(6); n > 0; --n) {
      switch (random_.below(4)) {
        case 0: EXPECT_OK(store_.write({.action = DeleteItem{"tab", key()}})); break;
        case 1:
          EXPECT_OK(store_.transact({put(), {.action = DeleteItem{"tab", item_of(R"({"id":{"S":"gone"}})")}}}));
          break;
        case 2:
          EXPECT_OK(store_.write({.action = UpdateItem{"tab", key()},
                                  .expressions = expressions({.update = "SET n = if_not_exists(n, :z) + :o",
                                                              .values = R"({":z":{"N":"0"},":o":{"N":"1"}})"})}));
          break;
        default: EXPECT_OK(store_.write(put()));
      }
    }
  }

 private:
  std::string id() { return R"("id":{"S":"k)" + std::to_string(random_.below(12)) + "\"}"; }
  Item key() { return item_of("{" + id() + "}"); }
  Write put() {
    return {.action =
                PutItem{"tab", item_of("{" + id() + R"(,"s":{"S":"v)" + std::to_string(random_.below(3)) + "\"}}")}};
  }
  EmbeddedStore& store_;
  Random random_;
};

TEST_F(RecoveryTest, EverySecondComesBackAsItWas) {
  constexpr uint64_t kSeed = 20261122;
  constexpr int kSeconds = 30;
  make_table("tab", false, {{.name = "by-s", .key = {.partition = {{"s"}}}}});
  std::map<Timestamp, std::map<std::string, Item>> model;
  std::map<Timestamp, Volume> volumes;
  for (int second = 0; second < kSeconds; ++second) {
    RandomWrites(*store_, kSeed + static_cast<uint64_t>(second)).write_some();
    // What was there before it was switched on is there as it was then.
    if (second == 3) ASSERT_OK(archive().set_recovery("tab", true, 35));
    if (second >= 3) {
      model[now()] = items_of("tab");
      volumes[now()] = unwrap(store_->describe_table("tab")).volume;
    }
    if (second == kSeconds / 2) open();
    clock_.advance(seconds(1));
  }
  for (const auto& [moment, items] : model) {
    const std::string name = "t" + std::to_string(moment.time_since_epoch().count());
    EXPECT_EQ(restored(name, moment), items) << "seed " << kSeed << ", " << name;
    const TableInfo info = unwrap(store_->describe_table(name));
    EXPECT_EQ(info.volume, volumes[moment]) << name;
    uint64_t with_s = 0;
    for (const auto& [id, item] : items) with_s += item.find("s") != nullptr ? 1 : 0;
    EXPECT_EQ(all(name, "by-s").size(), with_s) << name << ": the index holds what the table does";
  }
  EXPECT_EQ(restored("latest", std::nullopt), items_of("tab"));
}

// Each time that it is asked, a millisecond later: so what one transaction does is told of at several.
class TickingClock final : public Clock {
 public:
  Timestamp now() const override {
    return Timestamp(std::chrono::milliseconds(1'800'000'000'000 + ticks_.fetch_add(1)));
  }
  bool wait_until(Timestamp, std::stop_token) override { return true; }

 private:
  mutable std::atomic<int64_t> ticks_ = 0;
};

TEST_F(RecoveryTest, TransactionsComeBackWhole) {
  TickingClock ticking;
  store_.reset();
  store_ = unwrap(EmbeddedStore::open(*kv_, ticking));
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 1));
  // Until there is a whole second that can be restored.
  while (ticking.now() < unwrap(archive().recovery("tab")).earliest) {
  }
  const Timestamp first = ticking.now();
  for (int n = 0; n < 20; ++n) {
    std::vector<Write> writes;
    for (const char* id : {"a", "b", "c"}) {
      writes.push_back({.action = PutItem{"tab", item_of(R"({"id":{"S":")" + std::string(id) + R"("},"n":{"N":")" +
                                                         std::to_string(n) + "\"}}")}});
    }
    ASSERT_TRUE(unwrap(store_->transact(std::move(writes))).done());
  }
  const Timestamp last = ticking.now();
  for (Timestamp moment = first; moment < last; moment += std::chrono::milliseconds(3)) {
    const auto items = restored("t" + std::to_string(moment.time_since_epoch().count()), moment);
    if (items.empty()) continue;
    ASSERT_EQ(items.size(), 3U);
    EXPECT_EQ(*items.at("a").find("n"), *items.at("b").find("n"));
    EXPECT_EQ(*items.at("b").find("n"), *items.at("c").find("n"));
  }
}

TEST_F(RecoveryTest, IsOffUntilItIsSwitchedOnAndCostsNothing) {
  make_table("tab");
  ASSERT_OK(put_number("a", 1));
  EXPECT_FALSE(unwrap(archive().recovery("tab")).is_enabled);
  EXPECT_EQ(journal_rows(), 0U);
  EXPECT_EQ(archive().restore_to("tab", now(), named("other")).error().code, Errc::no_recovery);
  EXPECT_EQ(archive().recovery("none").error().code, Errc::no_such_table);
  EXPECT_EQ(archive().set_recovery("tab", true, 36).error().code, Errc::invalid_request);
}

TEST_F(RecoveryTest, SwitchedOffAndOnAgainItBeginsAnew) {
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 35));
  const Timestamp first = now();
  ASSERT_OK(put_number("a", 1));
  clock_.advance(seconds(10));
  EXPECT_EQ(unwrap(archive().recovery("tab")).earliest, first);
  EXPECT_EQ(unwrap(archive().recovery("tab")).latest, now());
  ASSERT_OK(archive().set_recovery("tab", false, 0));
  EXPECT_EQ(journal_rows(), 0U);
  ASSERT_OK(put_number("a", 2));
  EXPECT_EQ(journal_rows(), 0U);
  clock_.advance(std::chrono::milliseconds(1500));
  const RecoveryInfo again = unwrap(archive().set_recovery("tab", true, 7));
  EXPECT_EQ(again.days, 7);
  EXPECT_EQ(again.earliest, first + seconds(12)) << "the first whole second of which everything is known";
  EXPECT_EQ(archive().restore_to("tab", first, named("other")).error().code, Errc::invalid_moment);
  EXPECT_EQ(archive().restore_to("tab", now() + seconds(1), named("other")).error().code, Errc::invalid_moment);
  EXPECT_EQ(restored("latest", std::nullopt), items_of("tab"));
}

TEST_F(RecoveryTest, WhatIsOlderThanItsPeriodIsTrimmed) {
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 1));
  const Timestamp first = now();
  for (int hour = 0; hour < 48; ++hour) {
    ASSERT_OK(put_number("a", hour));
    clock_.advance(std::chrono::hours(1));
  }
  EXPECT_EQ(journal_rows(), 48U);
  ASSERT_OK(store_->sweep({}));
  EXPECT_EQ(journal_rows(), 24U);
  const RecoveryInfo info = unwrap(archive().recovery("tab"));
  EXPECT_EQ(info.earliest, first + std::chrono::hours(24));
  EXPECT_EQ(restored("then", info.earliest).at("a"), item_of(R"({"id":{"S":"a"},"s":{"S":"v24"}})"));
  EXPECT_EQ(archive().restore_to("tab", info.earliest - seconds(1), named("other")).error().code, Errc::invalid_moment);
  EXPECT_EQ(unwrap(archive().set_recovery("tab", true, 35)).earliest, info.earliest)
      << "a longer period does not bring back what was trimmed";
}

TEST_F(RecoveryTest, ARestoreGoesOnAfterTheProcessEndedAndKnowsNothingOfWhatCameLater) {
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 35));
  for (int n = 0; n < 500; ++n) ASSERT_OK(put_number("k" + std::to_string(n), 1));
  const auto then = items_of("tab");
  clock_.advance(seconds(5));
  for (int n = 0; n < 500; n += 2) ASSERT_OK(remove("tab", R"({"id":{"S":"k)" + std::to_string(n) + "\"}}"));
  const Restoring restoring = unwrap(archive().restore_to("tab", now() - seconds(2), named("again")));
  EXPECT_EQ(restoring.source_table, "tab");
  EXPECT_EQ(restoring.moment, now() - seconds(2));
  open();
  for (int n = 0; n < 500; ++n) ASSERT_OK(put_number("k" + std::to_string(n), 2));
  EXPECT_EQ(wait_for("again"), then);
  EXPECT_FALSE(unwrap(archive().recovery("again")).is_enabled) << "as in DynamoDB";
}

TEST_F(RecoveryTest, GoesWithItsTable) {
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 35));
  ASSERT_OK(put_number("a", 1));
  EXPECT_EQ(journal_rows(), 1U);
  ASSERT_OK(store_->delete_table("tab"));
  EXPECT_EQ(journal_rows(), 0U);
  make_table("tab");
  EXPECT_FALSE(unwrap(archive().recovery("tab")).is_enabled);
}

TEST_F(RecoveryTest, NumbersGoOnWhenTheClockWentBackMeanwhile) {
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 35));
  ASSERT_OK(put_number("a", 1));
  store_.reset();
  clock_.advance(-seconds(3600));
  open();
  ASSERT_OK(put_number("a", 2));
  ASSERT_OK(put_number("a", 3));
  EXPECT_EQ(journal_rows(), 3U) << "none was written over another";
  EXPECT_EQ(archive().restore_to("tab", now(), named("moment")).error().code, Errc::invalid_moment)
      << "before it was switched on";
  clock_.advance(seconds(3601));
  EXPECT_EQ(restored("moment", now()), items_of("tab"));
  EXPECT_EQ(restored("latest", std::nullopt), items_of("tab"));
}

// CAUDAL_SEED when it is given, else a new one; printed, so that a failure can be repeated.
uint64_t test_seed() {
  const char* const fixed = std::getenv("CAUDAL_SEED");
  const uint64_t seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 10) : secure_random_u64();
  std::printf("seed %llu (CAUDAL_SEED=%llu repeats it)\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(seed));
  return seed;
}

// The states of the table in the order of the decisions that made them, each with the clock's time then.
struct State {
  Timestamp at;
  std::map<std::string, Item> items;
};

const State* last_by(const std::vector<State>& states, Timestamp moment) {
  const auto last = std::find_if(states.rbegin(), states.rend(), [&](const State& one) { return one.at <= moment; });
  return last != states.rend() ? &*last : nullptr;
}

TEST_F(RecoveryTest, WhereTheClockSteppedBackAMomentIsTheLastOfItsName) {
  const uint64_t seed = test_seed();
  Random random(seed);
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 35));
  const Timestamp since = now();
  std::vector<State> states = {{.at = since, .items = {}}};
  Timestamp latest = since;
  for (int n = 0; n < 80; ++n) {
    const uint64_t decided = journal_rows();
    RandomWrites(*store_, random.next()).write_some();
    // Where nothing was to do nothing was decided at that time.
    if (journal_rows() > decided) states.push_back({.at = now(), .items = items_of("tab")});
    if (random.below(10) == 0) open();
    // Forward more often than back, or not at all; never before the table could be restored.
    const auto step = std::chrono::milliseconds(random.between(-3000, 4000));
    if (random.below(5) > 0) clock_.set(std::max(since, now() + step));
    latest = std::max(latest, now());
    if (n % 8 != 0) continue;
    const Timestamp moment = since + std::chrono::milliseconds(random.between(0, (now() - since).count() / 1000));
    EXPECT_EQ(restored("then" + std::to_string(n), moment), last_by(states, moment)->items)
        << "seed " << seed << ", while it has not caught up, at " << (moment - since).count();
  }
  clock_.set(latest + seconds(1));
  for (int n = 0; n < 40; ++n) {
    const Timestamp moment = since + std::chrono::milliseconds(random.between(0, (latest - since).count() / 1000));
    EXPECT_EQ(restored("late" + std::to_string(n), moment), last_by(states, moment)->items)
        << "seed " << seed << ", at " << (moment - since).count();
  }
  EXPECT_EQ(restored("latest", std::nullopt), items_of("tab"));
}

TEST_F(RecoveryTest, WhatIsDecidedAfterARestoreWasAskedForHasGreaterNumbersWhereverTheClockIs) {
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 35));
  ASSERT_OK(put_number("a", 1));
  const auto then = items_of("tab");
  TableRow row = unwrap(decode_table("tab", *unwrap(kv_->get(unwrap(kv_->family("items.tables")), "tab"))));
  const Sequence end = first_sequence_at(now() + std::chrono::hours(1));
  RestoreRow restore{.backup_id = {},
                     .source = {.table = "tab", .space = row.space, .journal = row.recovery.space, .end = end},
                     .table = row};
  restore.table.recovery = {};
  restore.table.space = row.space + 100;
  store_.reset();
  kv::Batch batch;
  batch.put(unwrap(kv_->family("items.archive")), restore_key("again"), encode(restore));
  ASSERT_OK(kv_->commit(std::move(batch)));
  open();
  ASSERT_OK(put_number("a", 2));
  EXPECT_EQ(wait_for("again"), then);
  kv::Scan scan = kv_->scan(unwrap(kv_->family("items.journal")), kv::Range::all());
  scan.to_last();
  EXPECT_GE(sequence_of(scan.key()), end);
}

TEST_F(RecoveryTest, JournalsOfBeforeKeepTheTimesOfTheirNumbers) {
  const Sequence decided = first_sequence_at(now()) + 3;
  const std::string old = WireWriter().varint(1).varint(decided).text("place").boolean(true).text("row").take();
  const JournalRow read = unwrap(decode_journal(old));
  EXPECT_EQ(read.decided, decided);
  EXPECT_EQ(read.at, now());
  EXPECT_EQ(read.place, "place");
  EXPECT_EQ(read.before, "row");
  const JournalRow row{.decided = 7, .place = "p", .at = now() - seconds(5), .before = {}};
  const std::string bytes = encode(row);
  const JournalRow again = unwrap(decode_journal(bytes));
  EXPECT_EQ(again.at, row.at);
  EXPECT_EQ(again.decided, 7U);
  EXPECT_FALSE(again.before);
  EXPECT_FALSE(decode_journal(WireWriter().varint(3).take())) << "of a later version";
}

TEST_F(RecoveryTest, WhatWasTrimmedIsNotRestoredThoughTheClockGoesBack) {
  make_table("tab");
  ASSERT_OK(archive().set_recovery("tab", true, 1));
  ASSERT_OK(put_number("a", 1));
  const Timestamp then = now();
  clock_.advance(seconds(60));
  ASSERT_OK(put_number("a", 2));
  clock_.advance(std::chrono::days(40));
  ASSERT_OK(store_->sweep({}));
  EXPECT_EQ(journal_rows(), 0U);
  clock_.advance(-std::chrono::days(40));
  clock_.advance(seconds(60));
  EXPECT_EQ(archive().restore_to("tab", then, named("then")).error().code, Errc::invalid_moment);
  EXPECT_EQ(restored("latest", std::nullopt), items_of("tab"));
}

}  // namespace
}  // namespace caudal::items
