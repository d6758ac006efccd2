// SPDX-License-Identifier: Apache-2.0
// Backups hold one moment of a table, whatever is written meanwhile, and become tables again.
#include "items/archive.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "items/errors.h"
#include "items/testing/items_fixture.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

class ArchiveTest : public ItemsFixture {
 protected:
  ArchiveTest() { plan_.skip_syncs(true); }
  Archive& archive() { return store_->archive(); }
  BackupInfo wait_for(const std::string& id) {
    for (;;) {
      BackupInfo backup = unwrap(archive().describe_backup(id));
      if (backup.state == BackupState::kAvailable) return backup;
      std::this_thread::yield();
    }
  }
  // The table, once it is there and its indexes are filled.
  TableInfo wait_for_table(const std::string& name) {
    for (;;) {
      const auto table = store_->describe_table(name);
      const bool is_filled = table && std::ranges::none_of(table->indexes, &IndexInfo::is_backfilling);
      if (is_filled) return *table;
      std::this_thread::yield();
    }
  }
  TableDefinition named(const std::string& name, TableDefinition definition) {
    definition.name = name;
    return definition;
  }
  void fill(int count, const std::string& value) {
    std::vector<Write> writes;
    for (int n = 0; n < count; ++n) {
      writes.push_back({.action = PutItem{"tab", item_of(R"({"id":{"S":"k)" + std::to_string(n) + R"("},"s":{"S":")" +
                                                         value + "\"}}")}});
    }
    for (const auto& written : unwrap(store_->write_each(std::move(writes)))) EXPECT_OK(written);
  }
};

TEST_F(ArchiveTest, ABackupBecomesATableWithItsIndexes) {
  make_table("tab", false, {{.name = "by-s", .key = {.partition = {{"s"}}}}});
  fill(100, "old");
  const BackupInfo begun = unwrap(archive().create_backup("tab", "first"));
  EXPECT_EQ(begun.name, "first");
  EXPECT_EQ(begun.created, clock_.now());
  const BackupInfo backup = wait_for(begun.id);
  EXPECT_EQ(backup.table.volume.items, 100);
  EXPECT_EQ(backup.table.volume, unwrap(store_->describe_table("tab")).volume);
  fill(100, "new");
  ASSERT_OK(store_->delete_table("tab"));
  open();
  EXPECT_EQ(wait_for(backup.id).table.indexes.size(), 1U) << "what it holds is known after a reopen";
  const Restoring restoring = unwrap(archive().restore(backup.id, named("again", backup.table.definition)));
  EXPECT_EQ(restoring.backup_id, backup.id);
  const TableInfo table = wait_for_table("again");
  EXPECT_EQ(table.volume.items, 100);
  EXPECT_EQ(table.volume.bytes, backup.table.volume.bytes);
  EXPECT_EQ(get("again", R"({"id":{"S":"k7"}})"), item_of(R"({"id":{"S":"k7"},"s":{"S":"old"}})"));
  EXPECT_EQ(unwrap(store_->query({.table = "again", .index = "by-s", .key = where("s", Value("old"))})).count, 100U);
  ASSERT_OK(put("again", R"({"id":{"S":"more"},"s":{"S":"old"}})"));
  EXPECT_EQ(unwrap(store_->describe_table("again")).volume.items, 101);
}

TEST_F(ArchiveTest, ABackupIsOfOneMomentWhileWritesGoOn) {
  make_table("tab");
  fill(2000, "0");
  // Each transaction changes two items alike: a backup that is of one moment has them alike.
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int n = 1; !stop; ++n) {
      std::vector<Write> writes;
      for (const char* id : {"k1", "k1999"}) {
        writes.push_back({.action = PutItem{"tab", item_of(R"({"id":{"S":")" + std::string(id) + R"("},"s":{"S":")" +
                                                           std::to_string(n) + "\"}}")}});
      }
      EXPECT_TRUE(unwrap(store_->transact(std::move(writes))).done());
    }
  });
  std::vector<std::string> ids;
  for (int n = 0; n < 5; ++n) ids.push_back(wait_for(unwrap(archive().create_backup("tab", "b")).id).id);
  stop = true;
  writer.join();
  const TableDefinition definition = unwrap(store_->describe_table("tab")).definition;
  for (const std::string& id : ids) {
    ASSERT_OK(archive().restore(id, named("t-" + id, definition)));
    wait_for_table("t-" + id);
    const auto one = get("t-" + id, R"({"id":{"S":"k1"}})");
    const auto other = get("t-" + id, R"({"id":{"S":"k1999"}})");
    EXPECT_EQ(*one->find("s"), *other->find("s"));
    EXPECT_EQ(all("t-" + id).size(), 2000U);
  }
}

TEST_F(ArchiveTest, WhatWasNotDoneIsDoneAfterAReopen) {
  make_table("tab");
  fill(3000, std::string(500, 'x'));
  const std::string id = unwrap(archive().create_backup("tab", "b")).id;
  open();
  const BackupInfo backup = wait_for(id);
  EXPECT_EQ(backup.table.volume.items, 3000);
  ASSERT_OK(archive().restore(id, named("again", backup.table.definition)));
  open();
  EXPECT_EQ(wait_for_table("again").volume.items, 3000);
  EXPECT_EQ(all("again").size(), 3000U);
  EXPECT_EQ(archive().list_backups().size(), 1U);
  EXPECT_FALSE(archive().restoring("again"));
}

TEST_F(ArchiveTest, WhatCannotBeIsRefused) {
  make_table("tab");
  fill(10, "x");
  EXPECT_EQ(archive().create_backup("none", "b").error().code, Errc::no_such_table);
  EXPECT_EQ(archive().describe_backup("none").error().code, Errc::no_such_backup);
  EXPECT_EQ(archive().delete_backup("none").error().code, Errc::no_such_backup);
  const BackupInfo backup = wait_for(unwrap(archive().create_backup("tab", "b")).id);
  EXPECT_EQ(archive().restore("none", named("again", backup.table.definition)).error().code, Errc::no_such_backup);
  EXPECT_EQ(archive().restore(backup.id, backup.table.definition).error().code, Errc::table_exists);
  TableDefinition other = named("other", backup.table.definition);
  other.key.partition.front().name = "another";
  EXPECT_EQ(archive().restore(backup.id, other).error().code, Errc::invalid_request);
  ASSERT_OK(archive().delete_backup(backup.id));
  EXPECT_TRUE(archive().list_backups().empty());
  EXPECT_EQ(all("tab").size(), 10U) << "the table stays";
}

TEST_F(ArchiveTest, ADiskThatRefusesIsTriedAgain) {
  make_table("tab");
  fill(200, "x");
  const std::string id = unwrap(archive().create_backup("tab", "b")).id;
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kOnce);
  EXPECT_EQ(wait_for(id).table.volume.items, 200);
  plan_.disarm();
}

TEST_F(ArchiveTest, AnImageIsReadAsTheTableWas) {
  make_table("tab");
  fill(50, "old");
  const auto image = unwrap(archive().image("tab"));
  fill(60, "new");
  ASSERT_OK(store_->delete_table("tab"));
  int count = 0;
  while (unwrap(image->next())) {
    ++count;
    EXPECT_EQ(unwrap(decode_attribute(image->item(), "s")), Value("old"));
    EXPECT_GT(image->size_bytes(), 0U);
  }
  EXPECT_EQ(count, 50);
  EXPECT_EQ(image->moment(), clock_.now());
  EXPECT_EQ(archive().image("tab").error().code, Errc::no_such_table);
}

}  // namespace
}  // namespace caudal::items
