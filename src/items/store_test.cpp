// SPDX-License-Identifier: Apache-2.0
// Single writes and reads of the embedded store.
#include "items/store.h"

#include <atomic>
#include <thread>

#include "items/errors.h"
#include "items/testing/items_fixture.h"
#include "items/values/checks.h"

namespace caudal::items {
namespace {

class StoreTest : public ItemsFixture {
 protected:
  StoreTest() { make_table("tab"); }
};

TEST_F(StoreTest, KeepsItemsOverAReopen) {
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"n":{"N":"1.50"},"l":{"L":[{"BOOL":true},{"NULL":true}]}})"));
  open();
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"),
            item_of(R"({"id":{"S":"a"},"n":{"N":"1.5"},"l":{"L":[{"BOOL":true},{"NULL":true}]}})"));
  EXPECT_EQ(get("tab", R"({"id":{"S":"b"}})"), std::nullopt);
  EXPECT_EQ(unwrap(store_->describe_table("tab")).volume.items, 1);
}

TEST_F(StoreTest, APutReplacesTheWholeItem) {
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"x":{"S":"old"}})"));
  const Written written = unwrap(store_->write(
      {.action = PutItem{"tab", item_of(R"({"id":{"S":"a"},"y":{"S":"new"}})")}, .returns = ReturnValues::kAllOld}));
  EXPECT_EQ(written.item, item_of(R"({"id":{"S":"a"},"x":{"S":"old"}})"));
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"), item_of(R"({"id":{"S":"a"},"y":{"S":"new"}})"));
}

TEST_F(StoreTest, AConditionThatDoesNotHoldWritesNothingAndShowsWhatIsThere) {
  const Texts new_one{.condition = "attribute_not_exists(id)"};
  EXPECT_TRUE(unwrap(put("tab", R"({"id":{"S":"a"},"n":{"N":"1"}})", new_one)).held);
  EXPECT_FALSE(unwrap(put("tab", R"({"id":{"S":"a"},"n":{"N":"2"}})", new_one)).held);
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"), item_of(R"({"id":{"S":"a"},"n":{"N":"1"}})"));
  const Written shown =
      unwrap(store_->write({.action = DeleteItem{"tab", item_of(R"({"id":{"S":"a"}})")},
                            .expressions = expressions({.condition = "n > :n", .values = R"({":n":{"N":"1"}})"}),
                            .returns_on_failure = true}));
  EXPECT_FALSE(shown.held);
  EXPECT_EQ(shown.item, item_of(R"({"id":{"S":"a"},"n":{"N":"1"}})"));
  EXPECT_TRUE(
      unwrap(remove("tab", R"({"id":{"S":"a"}})", {.condition = "n = :n", .values = R"({":n":{"N":"1.0"}})"})).held);
  EXPECT_EQ(unwrap(store_->describe_table("tab")).volume, Volume());
}

TEST_F(StoreTest, AnUpdateMakesTheItemThatIsNotThere) {
  const Texts add{.update = "ADD n :one", .values = R"({":one":{"N":"1"}})"};
  EXPECT_EQ(unwrap(update("tab", R"({"id":{"S":"a"}})", add, ReturnValues::kUpdatedNew)).item,
            item_of(R"({"n":{"N":"1"}})"));
  EXPECT_EQ(unwrap(update("tab", R"({"id":{"S":"a"}})", add, ReturnValues::kAllNew)).item,
            item_of(R"({"id":{"S":"a"},"n":{"N":"2"}})"));
  EXPECT_EQ(unwrap(update("tab", R"({"id":{"S":"a"}})", add, ReturnValues::kUpdatedOld)).item,
            item_of(R"({"n":{"N":"2"}})"));
  EXPECT_EQ(unwrap(update("tab", R"({"id":{"S":"b"}})", {})).item, std::nullopt);
  EXPECT_EQ(get("tab", R"({"id":{"S":"b"}})"), item_of(R"({"id":{"S":"b"}})"))
      << "an update without an expression makes it";
}

TEST_F(StoreTest, AnUpdateOfTheKeyIsRefused) {
  const auto refused = update("tab", R"({"id":{"S":"a"}})", {.update = "SET id = :v", .values = R"({":v":{"S":"b"}})"});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kUsage)) << refused.error().to_string();
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"), std::nullopt);
}

TEST_F(StoreTest, KeysAreHeldAgainstTheTable) {
  EXPECT_FALSE(put("tab", R"({"x":{"S":"no key"}})"));
  EXPECT_FALSE(put("tab", R"({"id":{"N":"1"}})"));
  EXPECT_FALSE(put("tab", R"({"id":{"S":""}})"));
  EXPECT_FALSE(store_->get({.table = "tab", .key = item_of(R"({"id":{"S":"a"},"more":{"S":"b"}})")}));
  EXPECT_EQ(put("none", R"({"id":{"S":"a"}})").error().code, Errc::no_such_table);
  EXPECT_EQ(store_->get({.table = "none", .key = item_of(R"({"id":{"S":"a"}})")}).error().code, Errc::no_such_table);
}

TEST_F(StoreTest, ItemsOf400KilobytesAreTakenAndNoMore) {
  const auto sized = [](size_t bytes) {
    Item item;
    item.set("id", Value("a"));
    item.set("x", Value(std::string(bytes - 4, 'x')));  // "id", "a" and "x" are four
    return item;
  };
  const Written written = unwrap(store_->write({.action = PutItem{"tab", sized(400 * 1024)}}));
  EXPECT_EQ(written.capacity.table_halves, 800u);
  const auto refused = store_->write({.action = PutItem{"tab", sized(400 * 1024 + 1)}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Item size has exceeded the maximum allowed size");
  const auto grown = update("tab", R"({"id":{"S":"a"}})", {.update = "SET y = :y", .values = R"({":y":{"S":"y"}})"});
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().message, "Item size to update has exceeded the maximum allowed size");
  EXPECT_EQ(unwrap(store_->get({.table = "tab", .key = item_of(R"({"id":{"S":"a"}})"), .is_consistent = true}))
                .capacity.table_halves,
            200u);
}

TEST_F(StoreTest, WritesCostWhatTheLargerOfBothItemsCosts) {
  const std::string large = R"({"id":{"S":"a"},"x":{"S":")" + std::string(3000, 'x') + R"("}})";
  EXPECT_EQ(unwrap(put("tab", large)).capacity.table_halves, 6u);
  EXPECT_EQ(unwrap(put("tab", R"({"id":{"S":"a"}})")).capacity.table_halves, 6u);
  EXPECT_EQ(unwrap(put("tab", R"({"id":{"S":"a"}})")).capacity.table_halves, 2u);
  EXPECT_EQ(unwrap(remove("tab", R"({"id":{"S":"nothing"}})")).capacity.table_halves, 2u);
  EXPECT_EQ(unwrap(store_->get({.table = "tab", .key = item_of(R"({"id":{"S":"a"}})")})).capacity.table_halves, 1u);
}

TEST_F(StoreTest, ProjectionsShowWhatIsAskedFor) {
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"z":{"S":"z"}})"));
  const Got got = unwrap(store_->get(
      {.table = "tab", .key = item_of(R"({"id":{"S":"a"}})"), .expressions = expressions({.projection = "m.x"})}));
  EXPECT_EQ(got.item, item_of(R"({"m":{"M":{"x":{"N":"1"}}}})"));
}

TEST_F(StoreTest, TablesAreMadeListedAndRemoved) {
  EXPECT_EQ(store_->create_table(unwrap(store_->describe_table("tab")).definition).error().code, Errc::table_exists);
  make_table("another");
  make_table("third");
  const TableNamesPage page = unwrap(store_->list_tables("", 2));
  EXPECT_EQ(page.names, (std::vector<std::string>{"another", "tab"}));
  EXPECT_TRUE(page.is_truncated);
  EXPECT_EQ(unwrap(store_->list_tables("tab", 2)).names, (std::vector<std::string>{"third"}));
  ASSERT_OK(put("tab", R"({"id":{"S":"a"}})"));
  const std::string id = unwrap(store_->describe_table("tab")).id;
  EXPECT_EQ(unwrap(store_->delete_table("tab")).volume.items, 1);
  EXPECT_EQ(store_->describe_table("tab").error().code, Errc::no_such_table);
  EXPECT_EQ(store_->delete_table("tab").error().code, Errc::no_such_table);
  const TableInfo again = make_table("tab");
  EXPECT_NE(again.id, id);
  EXPECT_EQ(again.volume, Volume());
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"), std::nullopt) << "of the table before";
}

TEST_F(StoreTest, ProtectedTablesAreNotRemoved) {
  ASSERT_OK(store_->change_table({.table = "tab", .is_deletion_protected = true}));
  EXPECT_EQ(store_->delete_table("tab").error().code, Errc::deletion_protected);
  open();
  EXPECT_EQ(store_->delete_table("tab").error().code, Errc::deletion_protected);
  ASSERT_OK(store_->change_table({.table = "tab", .is_deletion_protected = false}));
  ASSERT_OK(store_->delete_table("tab"));
}

TEST_F(StoreTest, SettingsOfTablesAreKept) {
  ASSERT_OK(store_->change_tags("tab", {{"team", "lake"}, {"old", "yes"}}, {}));
  ASSERT_OK(store_->change_tags("tab", {{"team", "payments"}}, {"old"}));
  ASSERT_OK(store_->change_table({.table = "tab", .table_class = TableClass::kInfrequentAccess}));
  const TableInfo before = unwrap(store_->describe_table("tab"));
  open();
  const TableInfo after = unwrap(store_->describe_table("tab"));
  EXPECT_EQ(after.definition, before.definition);
  EXPECT_EQ(after.definition.tags, (Tags{{"team", "payments"}}));
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.created, before.created);
}

TEST_F(StoreTest, WritesOfOneRequestAreAnsweredInTheirOrder) {
  const auto writes = [](int without_key) {
    std::vector<Write> all;
    for (int n = 0; n < 25; ++n) {
      Item item;
      if (n != without_key) item.set("id", Value("k" + std::to_string(n)));
      all.push_back({.action = PutItem{"tab", item}});
    }
    return all;
  };
  EXPECT_FALSE(store_->write_each(writes(24))) << "one that its table does not take";
  EXPECT_EQ(unwrap(store_->describe_table("tab")).volume.items, 0) << "and nothing of the others was written";
  const std::vector<Result<Written>> answers = unwrap(store_->write_each(writes(-1)));
  ASSERT_EQ(answers.size(), 25u);
  for (const Result<Written>& answer : answers) EXPECT_OK(answer);
  EXPECT_EQ(unwrap(store_->describe_table("tab")).volume.items, 25);
}

TEST_F(StoreTest, AnUpdateThatOnlyTakesAwayMakesNothing) {
  ASSERT_OK(update("tab", R"({"id":{"S":"a"}})", {.update = "REMOVE x"}, ReturnValues::kAllNew));
  ASSERT_OK(update("tab", R"({"id":{"S":"a"}})", {.update = "DELETE x :x", .values = R"({":x":{"SS":["y"]}})"},
                   ReturnValues::kUpdatedNew));
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"), std::nullopt);
}

TEST_F(StoreTest, ReadingManyEndsWithItsBytes) {
  for (const char* id : {"a", "b", "c"}) {
    Item item;
    item.set("id", Value(id));
    item.set("x", Value(std::string(1000, 'x')));
    ASSERT_OK(store_->write({.action = PutItem{"tab", item}}));
  }
  std::vector<Get> gets;
  for (const char* id : {"a", "b", "c"}) {
    Item key;
    key.set("id", Value(id));
    gets.push_back({.table = "tab", .key = key});
  }
  const std::vector<Got> got = unwrap(store_->get_all(gets, 1500));
  EXPECT_TRUE(got[0].item && got[1].item);
  EXPECT_FALSE(got[2].is_read);
}

TEST_F(StoreTest, AFullDiskIsToldAndNothingIsLost) {
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"n":{"N":"1"}})"));
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  const auto refused = put("tab", R"({"id":{"S":"a"},"n":{"N":"2"}})");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kNoSpace)) << refused.error().to_string();
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"), item_of(R"({"id":{"S":"a"},"n":{"N":"1"}})"));
  plan_.disarm();
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"n":{"N":"3"}})"));
  open();
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"), item_of(R"({"id":{"S":"a"},"n":{"N":"3"}})"));
  EXPECT_EQ(unwrap(store_->describe_table("tab")).volume.items, 1);
}

// Removing takes the rows away and then the name, or the other way round: a read in between finds either all or no
// table.
TEST_F(StoreTest, AReadMeetsATableAsItWasOrNoTable) {
  constexpr int kRounds = 60;
  const Item key = item_of(R"({"id":{"S":"a"}})");
  std::atomic<int> filled = 0;  // in which round the table was last known to hold the item
  std::atomic<int> made = 0;    // in which round it was last made
  std::jthread reader([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const int before = filled;
      if (before != made) continue;
      const auto got = store_->get({.table = "gone", .key = key});
      const auto page = store_->scan({.table = "gone"});
      if (made != before) continue;
      if (before == 0) continue;
      EXPECT_TRUE(!got || got->item) << got.has_value();
      EXPECT_TRUE(!page || page->count == 1);
    }
  });
  for (int round = 1; round <= kRounds; ++round) {
    made = round;
    make_table("gone");
    ASSERT_OK(put("gone", R"({"id":{"S":"a"}})"));
    filled = round;
    ASSERT_OK(store_->delete_table("gone"));
  }
}

TEST_F(StoreTest, ARemovalThatTheDiskRefusesLeavesTheTable) {
  ASSERT_OK(put("tab", R"({"id":{"S":"a"}})"));
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(store_->delete_table("tab"));
  plan_.disarm();
  EXPECT_TRUE(get("tab", R"({"id":{"S":"a"}})"));
  EXPECT_OK(store_->describe_table("tab"));
}

TEST_F(StoreTest, AnswersItemsAsTheyAreStored) {
  make_table("sorted", true);
  const Item one = item_of(R"({"id":{"S":"a"},"at":{"N":"1"},"x":{"L":[{"S":"y"}]}})");
  const Item two = item_of(R"({"id":{"S":"a"},"at":{"N":"2"}})");
  for (const Item& item : {one, two}) ASSERT_OK(store_->write({.action = PutItem{"sorted", item}}));
  const Item key = item_of(R"({"id":{"S":"a"},"at":{"N":"1"}})");
  const Got got = unwrap(store_->get({.table = "sorted", .key = key, .form = Form::kStored}));
  EXPECT_EQ(got.stored, encode(one));
  EXPECT_EQ(got.size_bytes, size_bytes(one));
  const auto some = expressions({.projection = "x"});
  EXPECT_EQ(unwrap(store_->get({.table = "sorted", .key = key, .expressions = some, .form = Form::kStored})).stored,
            encode(item_of(R"({"x":{"L":[{"S":"y"}]}})")));
  for (const bool is_forward : {true, false}) {
    const Page page = unwrap(store_->query(
        {.table = "sorted", .key = where("id", Value("a")), .is_forward = is_forward, .form = Form::kStored}));
    ASSERT_EQ(page.stored.size(), 2u);
    EXPECT_EQ(page.stored[is_forward ? 0 : 1], encode(one));
    EXPECT_EQ(page.stored[is_forward ? 1 : 0], encode(two));
    EXPECT_TRUE(page.items.empty());
  }
  const Page filtered =
      unwrap(store_->scan({.table = "sorted",
                           .expressions = expressions({.filter = "attribute_exists(x)", .projection = "id"}),
                           .select = Select::kSpecific,
                           .form = Form::kStored}));
  ASSERT_EQ(filtered.stored.size(), 1u);
  EXPECT_EQ(filtered.stored[0], encode(item_of(R"({"id":{"S":"a"}})")));
}

TEST_F(StoreTest, PutsAnIndexEntryAnewOnlyWhereTheItemChanged) {
  make_table("tab2", false, {{.name = "by_kind", .key = {.partition = {{"by"}}}}});
  const std::string one = R"({"id":{"S":"a"},"by":{"S":"z"},"x":{"S":"1"}})";
  ASSERT_OK(put("tab2", one));
  EXPECT_TRUE(unwrap(put("tab2", one)).capacity.index_halves.empty()) << "it is there as it is put";
  const Written other = unwrap(put("tab2", R"({"id":{"S":"a"},"by":{"S":"z"},"x":{"S":"2"}})"));
  EXPECT_EQ(other.capacity.index_halves.at("by_kind"), 2u) << "of the same size, and another";
  const Page page = unwrap(store_->query({.table = "tab2", .index = "by_kind", .key = where("by", Value("z"))}));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].find("x")->get_if<std::string>()->front(), '2');
}

TEST_F(StoreTest, TellsHowLargeAnItemCollectionIs) {
  const Item key = item_of(R"({"id":{"S":"a"}})");
  EXPECT_FALSE(unwrap(store_->item_collection("tab", key))) << "there are none without a local index";
  make_table("sorted", true, {{.name = "local", .is_local = true, .key = {.partition = {{"id"}}, .sort = {{"by"}}}}});
  Item item = item_of(R"({"id":{"S":"a"},"at":{"N":"1"},"by":{"S":"z"}})");
  for (int n = 0; n < 50; ++n) {
    item.set("at", Value(Number(n)));
    item.set("x", Value(std::string(10'000, 'x')));
    ASSERT_OK(store_->write({.action = PutItem{"sorted", item}}));
  }
  const auto collection = unwrap(store_->item_collection("sorted", item));
  ASSERT_TRUE(collection);
  EXPECT_EQ(collection->key, key);
  EXPECT_GT(collection->bytes, 1'000'000u) << "items and their entries";
  const auto other = unwrap(store_->item_collection("sorted", item_of(R"({"id":{"S":"b"}})")));
  EXPECT_EQ(other->bytes, 0u);
}

}  // namespace
}  // namespace caudal::items
