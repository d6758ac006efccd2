// SPDX-License-Identifier: Apache-2.0
// A store that is made of another one's files, as whoever makes backups does it.
#include "kv/live_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "kv/errc.h"
#include "kv/store.h"
#include "kv/testing/fault_env.h"

namespace caudal::kv {
namespace {

namespace fs = std::filesystem;

class LiveFilesTest : public testing::Test {
 protected:
  LiveFilesTest() {
    plan_.skip_syncs(true);
    store_ = unwrap(Store::open(dir_.path() / "kv", {.large_value_families = {"large"}, .env = env_.get()}));
  }
  void put(std::string_view name, int from, int to) {
    for (int n = from; n < to; ++n) {
      Batch batch;
      batch.put(unwrap(store_->family(name)), fmt::format("k{}", n), fmt::format("{}{}", n, std::string(500, 'v')));
      ASSERT_OK(store_->commit(std::move(batch)));
    }
  }
  fs::path bring(const LiveFiles& files, const std::string& name) {
    const fs::path to = dir_.path() / name;
    fs::create_directory(to);
    for (const LiveFile& file : files.all()) {
      const fs::path from = dir_.path() / "kv" / file.name;
      if (file.contents) {
        EXPECT_OK(write_file_durably(to / file.name, *file.contents));
      } else if (file.is_final) {
        fs::create_hard_link(from, to / file.name);
      } else {
        const std::string bytes = unwrap(read_file(from));
        EXPECT_OK(write_file_durably(to / file.name, std::string_view(bytes).substr(0, file.size_bytes)));
      }
    }
    close_copy(to);
    return to;
  }
  static Result<std::unique_ptr<Store>> open(const fs::path& directory, bool read_only = false) {
    return Store::open(directory, {.large_value_families = {"large"}, .read_only = read_only});
  }
  static std::map<std::string, std::string> rows(Store& store, std::string_view name) {
    std::map<std::string, std::string> all;
    for (Scan scan = store.scan(unwrap(store.family(name)), Range::all()); scan.valid(); scan.next()) {
      all.emplace(scan.key(), scan.value());
    }
    return all;
  }

  TemporaryDirectory dir_;
  FaultPlan plan_;
  std::unique_ptr<rocksdb::Env> env_ = make_fault_env(plan_);
  std::unique_ptr<Store> store_;
};

TEST_F(LiveFilesTest, AreTheStoreOfTheirMomentWhateverIsWrittenMeanwhile) {
  put("a", 0, 20);
  put("large", 0, 20);
  ASSERT_OK(store_->checkpoint(dir_.path() / "flushed"));  // so that some are in table files, ...
  put("a", 20, 30);                                        // ... and some in the log alone
  const auto wanted = rows(*store_, "a");
  const auto wanted_large = rows(*store_, "large");
  const LiveFiles files = unwrap(store_->live_files());
  put("a", 30, 60);
  Batch batch;
  ASSERT_OK(store_->remove_each(batch, unwrap(store_->family("large")), Range::all()));
  ASSERT_OK(store_->commit(std::move(batch)));
  ASSERT_OK(store_->checkpoint(dir_.path() / "flushed again"));
  ASSERT_OK(store_->compact(unwrap(store_->family("large"))));  // whose files nobody needs any more but us
  const auto copy = unwrap(open(bring(files, "copy")));
  EXPECT_EQ(rows(*copy, "a"), wanted);
  EXPECT_EQ(rows(*copy, "large"), wanted_large);
  EXPECT_EQ(rows(*store_, "a").size(), 60U);
  EXPECT_TRUE(rows(*store_, "large").empty());
}

TEST_F(LiveFilesTest, CostTheStoreNoWrite) {
  put("a", 0, 10);
  const uint64_t before = plan_.count();
  const LiveFiles files = unwrap(store_->live_files());
  EXPECT_EQ(plan_.count(), before) << "a full disk would hinder it";
  EXPECT_EQ(rows(*unwrap(open(bring(files, "copy"))), "a").size(), 10U);
}

TEST_F(LiveFilesTest, WhatACopyChangesDoesNotReachTheStore) {
  put("a", 0, 10);
  ASSERT_OK(store_->checkpoint(dir_.path() / "flushed"));
  put("a", 10, 20);
  const auto copy = unwrap(open(bring(unwrap(store_->live_files()), "copy")));
  Batch batch;
  ASSERT_OK(copy->remove_each(batch, unwrap(copy->family("a")), Range::all()));
  ASSERT_OK(copy->commit(std::move(batch)));
  ASSERT_OK(copy->compact(unwrap(copy->family("a"))));
  EXPECT_EQ(rows(*store_, "a").size(), 20U);
}

TEST_F(LiveFilesTest, ACopyThatLostSomethingIsRefused) {
  put("a", 0, 10);
  const fs::path whole = bring(unwrap(store_->live_files()), "whole");
  int damaged = 0;
  for (const auto& entry : fs::directory_iterator(whole)) {
    if (entry.path().extension() != ".log" || entry.file_size() == 0) continue;
    const fs::path copy = dir_.path() / "copy";
    fs::copy(whole, copy);
    fs::resize_file(copy / entry.path().filename(), entry.file_size() / 2);
    EXPECT_EQ(open(copy).error().code, Errc::corrupt) << entry.path();
    fs::remove_all(copy);
    ++damaged;
  }
  EXPECT_GT(damaged, 0);
}

TEST_F(LiveFilesTest, AreReadWithoutBeingTouched) {
  put("a", 0, 10);
  const fs::path copy = bring(unwrap(store_->live_files()), "copy");
  const auto stored = [&] {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(copy)) {
      if (entry.path().filename() != "LOG") all[entry.path().filename()] = unwrap(read_file(entry.path()));
    }
    return all;
  };
  const auto before = stored();
  {
    const auto reader = unwrap(open(copy, true));
    EXPECT_EQ(rows(*reader, "a").size(), 10U);
    EXPECT_FALSE(reader->family("new"));
    Batch batch;
    batch.put(unwrap(reader->family("a")), "k", "v");
    EXPECT_FALSE(reader->commit(std::move(batch)));
  }
  EXPECT_EQ(stored(), before);
}

}  // namespace
}  // namespace caudal::kv
