// SPDX-License-Identifier: Apache-2.0
#include "kv/store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "base/file.h"
#include "base/random.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "kv/errc.h"
#include "kv/testing/fault_env.h"

namespace caudal::kv {
namespace {

class StoreTest : public testing::Test {
 protected:
  StoreTest() { open(); }
  void open() {
    store_.reset();
    store_ = unwrap(Store::open(dir_.path() / "kv", {.large_value_families = {"large"}}));
  }
  Family family(std::string_view name) { return unwrap(store_->family(name)); }
  void put(std::string_view name, std::string_view key, std::string_view value) {
    Batch batch;
    batch.put(family(name), key, value);
    ASSERT_OK(store_->commit(std::move(batch)));
  }
  std::optional<std::string> get(std::string_view name, std::string_view key, const Snapshot* snapshot = nullptr) {
    return unwrap(store_->get(family(name), key, snapshot));
  }
  std::string keys(Range range, const Snapshot* snapshot = nullptr) {
    std::string seen;
    Scan scan = store_->scan(family("a"), std::move(range), snapshot);
    for (; scan.valid(); scan.next()) seen.append(scan.key()).append(" ");
    EXPECT_OK(scan.status());
    return seen;
  }

  TemporaryDirectory dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, KeepsWhatWasCommittedOverAReopen) {
  put("a", "key", "value");
  put("large", "key", std::string(5000, 'x'));
  EXPECT_EQ(get("a", "key"), "value");
  open();
  EXPECT_EQ(get("a", "key"), "value");
  EXPECT_EQ(get("large", "key"), std::string(5000, 'x'));
  EXPECT_EQ(get("a", "other"), std::nullopt);
  EXPECT_EQ(get("b", "key"), std::nullopt) << "families are apart";
}

TEST_F(StoreTest, SeveralAreReadTogetherAsFarAsTheyMayBeLarge) {
  for (const char* const key : {"a", "b", "c"}) put("a", key, std::string(1000, *key));
  const auto all = unwrap(store_->get_each(family("a"), {"c", "none", "a", "c"}, 1'000'000));
  ASSERT_EQ(all.size(), 4U);
  for (const Store::Read& one : all) EXPECT_TRUE(one.is_read);
  EXPECT_EQ(all[0].value, std::string(1000, 'c'));
  EXPECT_EQ(all[1].value, std::nullopt);
  EXPECT_EQ(all[2].value, std::string(1000, 'a'));
  EXPECT_EQ(all[3].value, all[0].value);
  const auto some = unwrap(store_->get_each(family("a"), {"a", "b", "c"}, 1500));
  EXPECT_TRUE(some[0].is_read);
  EXPECT_FALSE(some[2].is_read);
  EXPECT_EQ(some[2].value, std::nullopt);
  EXPECT_TRUE(unwrap(store_->get_each(family("a"), {}, 1000)).empty());
}

// At its start a store opens a few of its files, and the others when they are asked for.
TEST_F(StoreTest, WhatIsInAFileThatIsNotOpenIsNotMistakenForNothing) {
  constexpr int kFiles = 60;
  const auto name = [](int n) { return fmt::format("family-{}", n); };
  for (int n = 0; n < kFiles; ++n) {
    put(name(n), "key", fmt::format("value {}", n));
    put(name(n), "empty", "");
  }
  ASSERT_OK(store_->checkpoint(dir_.path() / "copy"));  // which writes each family's file
  open();
  int waiting = 0;
  for (int n = 0; n < kFiles; ++n) {
    const auto in_memory = [&](std::string_view key) { return store_->get(family(name(n)), key, Reach::kMemory); };
    const auto first = in_memory("key");
    if (!first) EXPECT_EQ(first.error().code, Errc::would_wait);
    if (first) EXPECT_EQ(*first, fmt::format("value {}", n));
    if (!first) ++waiting;
    Scan scan = store_->scan(family(name(n)), Range::all(), Reach::kMemory);
    if (scan.valid()) {
      EXPECT_EQ(scan.key(), "empty");
    } else {
      EXPECT_EQ(scan.status().error().code, Errc::would_wait);
    }
    EXPECT_EQ(get(name(n), "key"), fmt::format("value {}", n));
    EXPECT_EQ(unwrap(in_memory("key")), fmt::format("value {}", n)) << "now it is";
    EXPECT_EQ(get(name(n), "empty"), "");
    if (const auto empty = in_memory("empty")) EXPECT_EQ(*empty, "");
    EXPECT_EQ(get(name(n), "other"), std::nullopt);
  }
  EXPECT_GT(waiting, kFiles / 2) << "a file is opened by who may wait";
}

TEST_F(StoreTest, ABatchSpansFamiliesAndItsLaterWritesWin) {
  put("a", "gone", "1");
  Batch batch;
  EXPECT_TRUE(batch.empty());
  batch.put(family("a"), "k", "1").put(family("b"), "k", "2").put(family("a"), "k", "3").remove(family("a"), "gone");
  EXPECT_FALSE(batch.empty());
  ASSERT_OK(store_->commit(std::move(batch)));
  EXPECT_EQ(get("a", "k"), "3");
  EXPECT_EQ(get("b", "k"), "2");
  EXPECT_EQ(get("a", "gone"), std::nullopt);
}

TEST_F(StoreTest, RemoveRangeTakesItsLowerButNotItsUpperEnd) {
  for (const char* key : {"a", "b", "c", "d"}) put("a", key, "");
  Batch batch;
  batch.remove_range(family("a"), Range{"b", "d"});
  ASSERT_OK(store_->commit(std::move(batch)));
  EXPECT_EQ(keys(Range::all()), "a d ");
}

TEST_F(StoreTest, RemoveEachTakesWhatIsThereNow) {
  for (const char* key : {"a", "b", "c", "d"}) put("a", key, "");
  Batch batch;
  ASSERT_OK(store_->remove_each(batch, family("a"), Range{"b", "d"}));
  put("a", "bb", "");
  ASSERT_OK(store_->commit(std::move(batch)));
  EXPECT_EQ(keys(Range::all()), "a bb d ");
}

TEST_F(StoreTest, ASnapshotDoesNotMove) {
  put("a", "k", "old");
  const Snapshot snapshot = store_->snapshot();
  put("a", "k", "new");
  put("a", "l", "new");
  EXPECT_EQ(get("a", "k", &snapshot), "old");
  EXPECT_EQ(keys(Range::all(), &snapshot), "k ");
  EXPECT_EQ(keys(Range::all()), "k l ");
}

TEST_F(StoreTest, ScansBothWaysWithinTheirRange) {
  for (const char* key : {"a", "b1", "b2", "b3", "c"}) put("a", key, key);
  EXPECT_EQ(keys(Range::prefix("b")), "b1 b2 b3 ");
  Scan scan = store_->scan(family("a"), Range::prefix("b"));
  scan.to_last();
  ASSERT_TRUE(scan.valid());
  EXPECT_EQ(scan.key(), "b3");
  EXPECT_EQ(scan.value(), "b3");
  scan.previous();
  scan.previous();
  EXPECT_EQ(scan.key(), "b1");
  scan.previous();
  EXPECT_FALSE(scan.valid());
  scan.seek("b15");
  EXPECT_EQ(scan.key(), "b2");
  scan.seek("a");
  EXPECT_EQ(scan.key(), "b1") << "clamped to the range";
  scan.seek("c");
  EXPECT_FALSE(scan.valid());
  scan.seek_backward("b25");
  EXPECT_EQ(scan.key(), "b2");
  scan.seek_backward("zzz");
  EXPECT_EQ(scan.key(), "b3");
  EXPECT_OK(scan.status());
}

TEST_F(StoreTest, ACheckpointOpensByItself) {
  put("a", "k", "old");
  ASSERT_OK(store_->checkpoint(dir_.path() / "copy"));
  put("a", "k", "new");
  store_.reset();
  const auto copy = unwrap(Store::open(dir_.path() / "copy", {}));
  EXPECT_EQ(unwrap(copy->get(unwrap(copy->family("a")), "k")), "old");
}

// What a store needs, damaged, cut off or gone: it says which store and what to do, again and again, and changes
// nothing, so that a backup put in its place is as it was.
class DamagedStoreTest : public StoreTest {
 protected:
  DamagedStoreTest() {
    put("a", "k", "in a table");
    EXPECT_OK(store_->compact(family("a")));
    put("a", "l", "in the log");
    store_.reset();
    std::filesystem::copy(dir_.path() / "kv", dir_.path() / "backup", std::filesystem::copy_options::recursive);
  }
  // The first of the store's files that begins or ends so.
  std::filesystem::path file(std::string_view part) const {
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path() / "kv")) {
      const std::string name = entry.path().filename().string();
      if (entry.file_size() > 0 && (name.starts_with(part) || name.ends_with(part))) return entry.path();
    }
    return {};
  }
  void expect_refused_with_advice() {
    for (int again = 0; again < 2; ++again) {
      const auto refused = Store::open(dir_.path() / "kv", {});
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, Errc::corrupt) << refused.error().to_string();
      EXPECT_NE(refused.error().message.find((dir_.path() / "kv").string()), std::string::npos);
      EXPECT_TRUE(refused.error().message.ends_with("; restore it from a backup")) << refused.error().message;
    }
  }
  // As a store that was killed is: nothing says what its files were.
  void forget_inventory() { ASSERT_TRUE(std::filesystem::remove(dir_.path() / "kv/CLOSED")); }
  void put_back() {
    std::filesystem::remove_all(dir_.path() / "kv");
    std::filesystem::copy(dir_.path() / "backup", dir_.path() / "kv", std::filesystem::copy_options::recursive);
  }
  void expect_backup_restores() {
    put_back();
    open();
    EXPECT_EQ(get("a", "k"), "in a table");
    EXPECT_EQ(get("a", "l"), "in the log");
    store_.reset();
    put_back();
  }
};

TEST_F(DamagedStoreTest, AFileThatIsGoneIsTold) {
  for (const char* const part : {"CURRENT", "MANIFEST", ".sst"}) {
    SCOPED_TRACE(part);
    forget_inventory();
    ASSERT_TRUE(std::filesystem::remove(file(part)));
    expect_refused_with_advice();
    expect_backup_restores();
  }
}

TEST_F(DamagedStoreTest, WhatWasCutOffSinceItWasClosedIsTold) {
  for (const char* const part : {"CURRENT", "MANIFEST", ".sst", ".log"}) {
    for (const bool is_gone : {false, true}) {
      SCOPED_TRACE(part);
      const std::filesystem::path damaged = file(part);
      if (is_gone)
        std::filesystem::remove(damaged);
      else
        std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) / 2);
      expect_refused_with_advice();
      expect_backup_restores();
    }
  }
}

// As those that know of no inventories leave it: they open it and close it.
TEST_F(DamagedStoreTest, AnInventoryOfBeforeTheLastOpeningSaysNothing) {
  const std::string inventory = unwrap(read_file(dir_.path() / "kv/CLOSED"));
  open();
  put("a", "m", "more");
  store_.reset();
  ASSERT_OK(write_file_durably(dir_.path() / "kv/CLOSED", inventory));
  open();
  EXPECT_EQ(get("a", "m"), "more");
  for (const char* const broken : {"", "end\n", "CURRENT\nend\n", "CURRENT 1", "CURRENT x\nend\n"}) {
    store_.reset();
    ASSERT_OK(write_file_durably(dir_.path() / "kv/CLOSED", broken));
    open();
    EXPECT_EQ(get("a", "k"), "in a table") << broken;
  }
}

TEST_F(DamagedStoreTest, BytesThatAreNotWhatWasWrittenAreTold) {
  for (const char* const part : {"CURRENT", "MANIFEST", ".sst", ".log"}) {
    SCOPED_TRACE(part);
    forget_inventory();
    const std::filesystem::path damaged = file(part);
    std::string bytes = unwrap(read_file(damaged));
    // Of a log only what it holds: a record that ends behind the file's end was torn off, and never answered for.
    const bool is_log = std::string_view(part) == ".log";
    for (size_t n = is_log ? bytes.size() - 3 : 0; n < bytes.size(); ++n) bytes[n] = static_cast<char>(~bytes[n]);
    ASSERT_OK(write_file_durably(damaged, bytes));
    expect_refused_with_advice();
    expect_backup_restores();
  }
}

TEST_F(StoreTest, AStartThatWasEndedBeforeThereWasAnythingIsBegunAnew) {
  store_.reset();
  std::filesystem::remove_all(dir_.path() / "kv");
  ASSERT_OK(caudal::create_directories(dir_.path() / "kv"));
  ASSERT_OK(write_file_durably(dir_.path() / "kv/MANIFEST-000001", "half of"));
  ASSERT_OK(write_file_durably(dir_.path() / "kv/IDENTITY", "somebody"));
  open();
  put("a", "k", "v");
  EXPECT_EQ(get("a", "k"), "v");
}

TEST_F(StoreTest, ConcurrentCommitsAreAllThere) {
  const Family a = family("a");
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        Batch batch;
        batch.put(a, std::to_string(t * 100 + i), "x");
        EXPECT_OK(store_->commit(std::move(batch)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  open();
  int count = 0;
  for (Scan scan = store_->scan(family("a"), Range::all()); scan.valid(); scan.next()) ++count;
  EXPECT_EQ(count, 400);
}

TEST_F(StoreTest, AgreesWithAMapUnderRandomWrites) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  std::map<std::string, std::string> model;
  for (int step = 0; step < 300; ++step) {
    Batch batch;
    const Family a = family("a");
    for (uint64_t writes = random.below(5); writes > 0; --writes) {
      const std::string key = std::to_string(random.below(50));
      if (random.chance(0.7)) {
        const std::string value(random.below(2000), 'v');
        batch.put(a, key, value);
        model[key] = value;
      } else {
        batch.remove(a, key);
        model.erase(key);
      }
    }
    ASSERT_OK(store_->commit(std::move(batch), random.chance(0.9) ? Durability::kRelaxed : Durability::kSynced));
    if (random.chance(0.01)) open();
  }
  std::map<std::string, std::string> stored;
  for (Scan scan = store_->scan(family("a"), Range::all()); scan.valid(); scan.next())
    stored.emplace(scan.key(), scan.value());
  EXPECT_EQ(stored, model);
}

class FaultyStoreTest : public testing::Test {
 protected:
  FaultyStoreTest() { open(); }
  void open() {
    store_.reset();
    store_ = unwrap(Store::open(dir_.path() / "kv", {.env = env_.get()}));
  }
  Result<void> put(std::string_view key, std::string_view value) {
    Batch batch;
    batch.put(TRY(store_->family("a")), key, value);
    return store_->commit(std::move(batch));
  }
  std::optional<std::string> get(std::string_view key) { return unwrap(store_->get(unwrap(store_->family("a")), key)); }

  TemporaryDirectory dir_;
  FaultPlan plan_;
  std::unique_ptr<rocksdb::Env> env_ = make_fault_env(plan_);
  std::unique_ptr<Store> store_;
};

TEST_F(FaultyStoreTest, AFullDiskIsRefusedAndWorksAgainWithRoom) {
  std::string acknowledged = "old";
  ASSERT_OK(put("k", acknowledged));
  int refusals = 0;
  for (uint64_t step = 0; step < 12; ++step) {
    plan_.fail_after(step, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
    for (int attempt = 0; attempt < 3; ++attempt) {
      const std::string value = fmt::format("{}/{}", step, attempt);
      const auto committed = put("k", value);
      if (committed) {
        acknowledged = value;
      } else {
        ++refusals;
        EXPECT_TRUE(committed.error().is(ErrorClass::kNoSpace)) << committed.error().message;
        EXPECT_NE(committed.error().message.find("free some space and try again"), std::string::npos);
      }
      EXPECT_EQ(get("k"), acknowledged);
    }
    plan_.disarm();
    ASSERT_OK(put("k", "with room")) << step;
    acknowledged = "with room";
  }
  EXPECT_GE(refusals, 12);
  ASSERT_OK(put("k", "last"));
  open();
  EXPECT_EQ(get("k"), "last");
}

TEST_F(FaultyStoreTest, AFailedSyncIsNotAcknowledged) {
  ASSERT_OK(put("k", "old"));
  plan_.fail_after(1, EIO, FaultPlan::Lasting::kOnce);  // the append succeeds, its sync does not
  const auto refused = put("k", "new");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kFailed));
  EXPECT_EQ(get("k"), "old");
}

TEST_F(FaultyStoreTest, ManyWritersShareASync) {
  const Family a = unwrap(store_->family("a"));
  const uint64_t before = plan_.count();
  std::vector<std::thread> threads;
  for (int t = 0; t < 32; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        Batch batch;
        batch.put(a, std::to_string(t), std::to_string(i));
        EXPECT_OK(store_->commit(std::move(batch)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // One append and one sync for each group; alone, 640 commits would be 1,280 steps.
  EXPECT_LT(plan_.count() - before, 640u);
}

TEST_F(StoreTest, TellsWhatItHasDone) {
  const StoreMetrics before = store_->metrics();
  put("a", "k", std::string(1000, 'x'));
  put("a", "l", std::string(1000, 'y'));
  Batch relaxed;
  relaxed.put(family("a"), "m", "z");
  ASSERT_OK(store_->commit(std::move(relaxed), Durability::kRelaxed));
  const StoreMetrics after = store_->metrics();
  EXPECT_EQ(after.commits - before.commits, 3u);
  EXPECT_EQ(after.syncs - before.syncs, 2u) << "the relaxed one needs none";
  EXPECT_GT(after.log_bytes - before.log_bytes, 2000u);
  EXPECT_LT(after.log_bytes - before.log_bytes, 3000u);
  EXPECT_GT(after.memtable_bytes, 0u);
  EXPECT_EQ(after.failed_commits, 0u);
  ASSERT_OK(store_->compact(family("a")));
  EXPECT_GT(store_->metrics().flushed_bytes, before.flushed_bytes);
  EXPECT_GT(store_->metrics().file_bytes, 0u);
}

TEST_F(StoreTest, ReadsAreFoundInTheCacheTheSecondTime) {
  put("a", "k", "v");
  ASSERT_OK(store_->compact(family("a")));
  open();
  EXPECT_EQ(get("a", "k"), "v");
  const StoreMetrics once = store_->metrics();
  EXPECT_GT(once.cache_misses, 0u);
  EXPECT_EQ(get("a", "k"), "v");
  EXPECT_GT(store_->metrics().cache_hits, once.cache_hits);
  EXPECT_EQ(store_->metrics().cache_misses, once.cache_misses);
}

TEST_F(FaultyStoreTest, CountsTheCommitsThatTheDiskRefused) {
  ASSERT_OK(put("k", "old"));
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(put("k", "v"));
  plan_.disarm();
  ASSERT_OK(put("k", "v"));
  EXPECT_EQ(store_->metrics().failed_commits, 1u);
  EXPECT_EQ(store_->metrics().commits, 2u);
}

TEST_F(FaultyStoreTest, SaysWhenNothingWasWritten) {
  ASSERT_OK(put("k", "old"));
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  const auto attempted = put("k", "new");
  ASSERT_FALSE(attempted);
  EXPECT_FALSE(is_unwritten(attempted.error())) << "who knows how much of it is in the log";
  const auto refused = put("k", "newer");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(is_unwritten(refused.error()));
  EXPECT_TRUE(refused.error().is(ErrorClass::kNoSpace));
  plan_.disarm();
  EXPECT_OK(put("k", "newest"));
}

}  // namespace
}  // namespace caudal::kv
