// SPDX-License-Identifier: Apache-2.0
// What can be had of a table that is being imported, and of the others beside it.
#include "transfer/guarded_store.h"

#include <gmock/gmock.h>

#include "items/errors.h"
#include "items/testing/items_fixture.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

using items::item_of;
using testing::HasSubstr;

class GuardedStoreTest : public items::ItemsFixture {
 protected:
  GuardedStoreTest() {
    make_table("tab");
    make_table("other");
    importing_.add("tab");
  }
  static items::Item key() { return item_of(R"({"id":{"S":"a"}})"); }
  static items::Write put_of(const std::string& table) { return {.action = items::PutItem{table, key()}}; }
  template <class T>
  static void expect(std::error_code code, const std::string& words, const Result<T>& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, code);
    EXPECT_EQ(result.error().message, words);
    EXPECT_THAT(result.error().to_string(), HasSubstr("table tab is being imported"));
  }
  template <class T>
  static void expect_none(const Result<T>& result) {
    expect(items::Errc::no_such_table, "Requested resource not found", result);
  }
  template <class T>
  static void expect_in_use(const Result<T>& result) {
    expect(items::Errc::table_in_use, "Attempt to change a resource which is still in use: Table is being created: tab",
           result);
  }
  template <class T>
  static void expect_no_backups(const Result<T>& result) {
    expect(Errc::no_backups_yet, "Backups are being enabled for the table: tab. Please retry later", result);
  }

  ImportingTables importing_;
  GuardedStore guarded_{*store_, importing_};
  GuardedArchive archive_{store_->archive(), importing_};
};

TEST_F(GuardedStoreTest, ATableThatIsImportedIsNeitherReadNorWritten) {
  expect_none(guarded_.write(put_of("tab")));
  expect_none(guarded_.write_each({put_of("other"), put_of("tab")}));
  expect_none(guarded_.transact({put_of("other"), put_of("tab")}));
  expect_none(guarded_.get({.table = "tab", .key = key()}));
  expect_none(guarded_.get_all({{.table = "other", .key = key()}, {.table = "tab", .key = key()}}));
  expect_none(guarded_.query({.table = "tab"}));
  expect_none(guarded_.scan({.table = "tab"}));
  expect_none(guarded_.item_collection("tab", key()));
  expect_none(*guarded_.get_at_once({.table = "tab", .key = key()}));
  expect_none(*guarded_.query_at_once({.table = "tab"}));
  EXPECT_TRUE(all("tab").empty());
  EXPECT_TRUE(all("other").empty()) << "of several writes none is done";
}

TEST_F(GuardedStoreTest, ATableThatIsImportedIsDescribedButNotChanged) {
  EXPECT_OK(guarded_.describe_table("tab"));
  EXPECT_THAT(unwrap(guarded_.list_tables("", 10)).names, testing::ElementsAre("other", "tab"));
  expect_in_use(guarded_.change_table({.table = "tab", .is_deletion_protected = true}));
  expect_in_use(guarded_.delete_table("tab"));
  expect_none(guarded_.change_tags("tab", {{"a", "b"}}, {}));
  EXPECT_OK(store_->describe_table("tab"));
}

TEST_F(GuardedStoreTest, ATableThatIsImportedHasNoBackups) {
  expect_no_backups(archive_.image("tab"));
  expect_no_backups(archive_.create_backup("tab", "b"));
  expect_no_backups(archive_.set_recovery("tab", true, 35));
  expect_no_backups(archive_.restore_to("tab", std::nullopt, {.name = "again"}));
  EXPECT_FALSE(unwrap(archive_.recovery("tab")).is_enabled);
  EXPECT_OK(archive_.create_backup("other", "b"));
}

TEST_F(GuardedStoreTest, OtherTablesAreAsTheyAreAndThisOneIsOnceItIsWhole) {
  EXPECT_OK(guarded_.write(put_of("other")));
  EXPECT_TRUE(unwrap(guarded_.get({.table = "other", .key = key()})).item);
  EXPECT_TRUE(guarded_.is_prompt());
  EXPECT_TRUE(unwrap(*guarded_.get_at_once({.table = "other", .key = key()})).item);
  importing_.remove("tab");
  EXPECT_OK(guarded_.transact({put_of("tab")}));
  EXPECT_EQ(unwrap(guarded_.scan({.table = "tab"})).items.size(), 1U);
  EXPECT_OK(guarded_.delete_table("tab"));
}

}  // namespace
}  // namespace caudal::transfer
