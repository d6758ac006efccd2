// SPDX-License-Identifier: Apache-2.0
// Restores, backups and indexes that cannot be finished: what is tried again, what is given up, and what is told of it.
#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "items/archive.h"
#include "items/archive_rows.h"
#include "items/errors.h"
#include "items/testing/items_fixture.h"

namespace caudal::items {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class RestoresTest : public ItemsFixture {
 protected:
  RestoresTest() {
    plan_.skip_syncs(true);
    reopen();
  }
  ~RestoresTest() override { hold(false); }
  void reopen() {
    store_.reset();
    kv_.reset();
    kv_ = unwrap(kv::Store::open(dir_.path() / "kv", {.env = env_.get()}));
    store_ = unwrap(EmbeddedStore::open(*kv_, clock_, [this](std::string_view line) { take(line); }));
  }
  // Whoever tells of something waits until it is not held any more.
  void hold(bool holds) {
    {
      const std::lock_guard lock(mutex_);
      holds_ = holds;
    }
    moved_.notify_all();
  }
  std::vector<std::string> wait_for_lines(size_t count) {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return lines_.size() >= count; });
    return lines_;
  }
  Archive& archive() { return store_->archive(); }
  std::string backup() {
    const std::string id = unwrap(archive().create_backup("tab", "b")).id;
    while (unwrap(archive().describe_backup(id)).state != BackupState::kAvailable) std::this_thread::yield();
    return id;
  }
  void wait_until_not_restoring(const std::string& name) {
    while (archive().restoring(name)) std::this_thread::yield();
  }
  TableDefinition named(const std::string& name) {
    TableDefinition definition = unwrap(store_->describe_table("tab")).definition;
    definition.name = name;
    return definition;
  }
  void fill(int count) {
    for (int n = 0; n < count; ++n) ASSERT_OK(put("tab", R"({"id":{"S":"k)" + std::to_string(n) + "\"}}"));
  }
  kv::Family rows() { return unwrap(kv_->family("items.rows")); }
  // Of each space, how many rows.
  std::map<std::string, int> spaces() {
    std::map<std::string, int> counts;
    kv::Scan scan = kv_->scan(rows(), kv::Range::all());
    for (; scan.valid(); scan.next()) ++counts[std::string(scan.key().substr(0, kSpaceBytes))];
    return counts;
  }
  // What is given up is taken away behind its back.
  void wait_for_spaces(size_t count) {
    while (spaces().size() != count) std::this_thread::yield();
  }
  // A row of the last space, which is cut off.
  void damage_last_space() {
    const std::string space = spaces().rbegin()->first;
    std::string key;
    {
      const kv::Scan scan = kv_->scan(rows(), kv::Range::prefix(space));
      key = scan.key();
    }
    kv::Batch batch;
    batch.put(rows(), key, "ab");
    ASSERT_OK(kv_->commit(std::move(batch)));
  }

 private:
  void take(std::string_view line) {
    std::unique_lock lock(mutex_);
    lines_.emplace_back(line);
    moved_.notify_all();
    moved_.wait(lock, [this] { return !holds_; });
  }
  std::mutex mutex_;
  std::condition_variable moved_;
  std::vector<std::string> lines_;
  bool holds_ = false;
};

TEST_F(RestoresTest, OneThatCannotBeFinishedIsGivenUpByRemovingItsTable) {
  make_table("tab");
  fill(50);
  const std::string id = backup();
  hold(true);
  plan_.fail_after(2, ENOSPC, FaultPlan::Lasting::kOnce);  // the first two are of the request itself
  ASSERT_OK(archive().restore(id, named("again")));
  EXPECT_THAT(wait_for_lines(1), ElementsAre(AllOf(HasSubstr("table again could not be restored"), HasSubstr("ms"))));
  EXPECT_EQ(archive().delete_backup(id).error().code, Errc::backup_in_use);
  const TableInfo gone = unwrap(store_->delete_table("again"));
  EXPECT_EQ(gone.definition.name, "again");
  EXPECT_FALSE(archive().restoring("again"));
  EXPECT_EQ(store_->delete_table("again").error().code, Errc::no_such_table);
  // Its name is free at once, and the restore that was given up leaves the one that follows alone.
  ASSERT_OK(archive().restore(id, named("again")));
  hold(false);
  wait_until_not_restoring("again");
  EXPECT_EQ(all("again").size(), 50U);
  ASSERT_OK(archive().delete_backup(id));
  wait_for_spaces(2);  // the table and the one that was restored
}

TEST_F(RestoresTest, WhatWasWrittenGoesAlsoAfterTheProcessEnded) {
  make_table("tab");
  fill(50);
  const std::string id = backup();
  ASSERT_OK(archive().restore(id, named("again")));
  wait_until_not_restoring("again");
  const size_t before = spaces().size();
  // As a restore that was given up leaves it, with its rows, when the process ends before they are taken away.
  const Space last =
      unwrap(decode_table("again", unwrap(kv_->get(unwrap(kv_->family("items.tables")), "again")).value())).space;
  kv::Batch batch;
  batch.put(unwrap(kv_->family("items.archive")), given_up_key(last + 7), "");
  batch.put(rows(), rows_of(last + 7).lower + "some", "row");
  ASSERT_OK(kv_->commit(std::move(batch)));
  EXPECT_EQ(spaces().size(), before + 1);
  reopen();
  wait_for_spaces(before);
  EXPECT_EQ(unwrap(kv_->get(unwrap(kv_->family("items.archive")), given_up_key(last + 7))), std::nullopt);
}

TEST_F(RestoresTest, WhatIsDamagedIsNotTriedAgainAndItsTableGoes) {
  make_table("tab");
  fill(20);
  const std::string id = backup();
  damage_last_space();
  ASSERT_OK(archive().restore(id, named("again")));
  wait_until_not_restoring("again");
  EXPECT_THAT(wait_for_lines(1), ElementsAre(AllOf(HasSubstr("table again could not be restored, and it is given up"),
                                                   HasSubstr("a stored item is cut off"))));
  EXPECT_EQ(store_->describe_table("again").error().code, Errc::no_such_table);
  wait_for_spaces(2);  // the table and the backup
  make_table("again");
  ASSERT_OK(archive().delete_backup(id));
}

TEST_F(RestoresTest, ABackupOfWhatIsDamagedIsNotTriedAgainEither) {
  make_table("tab");
  fill(20);
  damage_last_space();
  const std::string id = unwrap(archive().create_backup("tab", "b")).id;
  EXPECT_THAT(wait_for_lines(1), ElementsAre(HasSubstr("backup " + id + " could not be made, and it is given up")));
  EXPECT_EQ(archive().describe_backup(id).error().code, Errc::no_such_backup);
}

TEST_F(RestoresTest, AnIndexPassesOverWhatCannotBeReadAndSaysSo) {
  make_table("tab");
  for (const char* const id : {"a", "b", "c"}) {
    ASSERT_OK(put("tab", R"({"id":{"S":")" + std::string(id) + R"("},"s":{"S":"x"}})"));
  }
  damage_last_space();
  ASSERT_OK(store_->change_table(
      {.table = "tab", .new_index = IndexDefinition{.name = "by-s", .key = {.partition = {{"s"}}}}}));
  EXPECT_THAT(wait_for_lines(1),
              ElementsAre(AllOf(HasSubstr("1 items cannot be read, and are not in index by-s of table tab"),
                                HasSubstr("cut off"))));
  while (unwrap(store_->describe_table("tab")).indexes.front().is_backfilling) std::this_thread::yield();
  EXPECT_EQ(all("tab", "by-s").size(), 2U);
}

TEST_F(RestoresTest, ADiskThatRefusesTheFillingOfAnIndexIsToldAndTriedAgain) {
  make_table("tab");
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"s":{"S":"x"}})"));
  plan_.fail_after(2, ENOSPC, FaultPlan::Lasting::kOnce);
  ASSERT_OK(store_->change_table(
      {.table = "tab", .new_index = IndexDefinition{.name = "by-s", .key = {.partition = {{"s"}}}}}));
  EXPECT_THAT(wait_for_lines(1), ElementsAre(HasSubstr("index by-s of table tab could not be filled")));
  while (unwrap(store_->describe_table("tab")).indexes.front().is_backfilling) std::this_thread::yield();
  EXPECT_EQ(all("tab", "by-s").size(), 1U);
}

}  // namespace
}  // namespace caudal::items
