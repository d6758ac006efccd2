// SPDX-License-Identifier: Apache-2.0
// Secondary indexes of the embedded store: what they hold, what they cost, and how they are made on tables in use.
#include <algorithm>
#include <atomic>
#include <thread>

#include "items/errors.h"
#include "items/expressions/legacy.h"
#include "items/testing/items_fixture.h"

namespace caudal::items {
namespace {

IndexDefinition by_status(IndexProjection projection = {}) {
  return {.name = "by_status",
          .key = {.partition = {{.name = "status"}}, .sort = {{.name = "due", .type = Type::kNumber}}},
          .projection = std::move(projection)};
}

class IndexesTest : public ItemsFixture {
 protected:
  std::vector<std::string> ids(const std::string& status) {
    std::vector<std::string> found;
    for (const Item& item :
         unwrap(store_->query({.table = "tab", .index = "by_status", .key = where("status", Value(status))})).items) {
      found.push_back(*item.find("id")->get_if<std::string>());
    }
    return found;
  }
  // Waits for an index that is being filled.
  void until_filled() {
    for (;;) {
      const TableInfo info = unwrap(store_->describe_table("tab"));
      if (std::ranges::none_of(info.indexes, &IndexInfo::is_backfilling)) return;
      std::this_thread::yield();
    }
  }
};

TEST_F(IndexesTest, FollowWhatHappensToItems) {
  make_table("tab", false, {by_status()});
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"status":{"S":"open"},"due":{"N":"2"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"b"},"status":{"S":"open"},"due":{"N":"1"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"c"},"status":{"S":"open"}})")) << "without the sort key it is not in the index";
  EXPECT_EQ(ids("open"), (std::vector<std::string>{"b", "a"}));
  ASSERT_OK(update("tab", R"({"id":{"S":"a"}})",
                   {.update = "SET #s = :s", .names = {{{"#s", "status"}}}, .values = R"({":s":{"S":"paid"}})"}));
  EXPECT_EQ(ids("open"), (std::vector<std::string>{"b"}));
  EXPECT_EQ(ids("paid"), (std::vector<std::string>{"a"}));
  ASSERT_OK(remove("tab", R"({"id":{"S":"b"}})"));
  ASSERT_OK(update("tab", R"({"id":{"S":"a"}})", {.update = "REMOVE due"}));
  EXPECT_TRUE(ids("open").empty());
  EXPECT_TRUE(ids("paid").empty());
  EXPECT_EQ(unwrap(store_->describe_table("tab")).indexes.at(0).volume, Volume());
}

TEST_F(IndexesTest, HoldWhatIsProjected) {
  make_table("tab", false, {by_status({.kind = ProjectionKind::kInclude, .attributes = {"amount"}})});
  ASSERT_OK(
      put("tab", R"({"id":{"S":"a"},"status":{"S":"open"},"due":{"N":"2"},"amount":{"N":"10"},"note":{"S":"n"}})"));
  const std::vector<Item> held = all("tab", "by_status");
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held.front(), item_of(R"({"id":{"S":"a"},"status":{"S":"open"},"due":{"N":"2"},"amount":{"N":"10"}})"));
  const auto refused = store_->query(
      {.table = "tab", .index = "by_status", .key = where("status", Value("open")), .select = Select::kAllAttributes});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_request);
}

TEST_F(IndexesTest, LocalOnesFetchWhatTheyDoNotHold) {
  TableDefinition definition{.name = "tab",
                             .key = {.partition = {{.name = "id"}}, .sort = {{.name = "at", .type = Type::kNumber}}},
                             .indexes = {{.name = "by_name",
                                          .is_local = true,
                                          .key = {.partition = {{.name = "id"}}, .sort = {{.name = "name"}}},
                                          .projection = {.kind = ProjectionKind::kKeysOnly}}},
                             .billing = BillingMode::kPayPerRequest};
  ASSERT_OK(store_->create_table(definition));
  const std::string_view item = R"({"id":{"S":"a"},"at":{"N":"1"},"name":{"S":"z"},"more":{"S":"m"}})";
  ASSERT_OK(put("tab", item));
  Query query{.table = "tab", .index = "by_name", .key = where("id", Value("a")), .is_consistent = true};
  EXPECT_EQ(unwrap(store_->query(query)).items.front(), item_of(R"({"id":{"S":"a"},"at":{"N":"1"},"name":{"S":"z"}})"));
  query.select = Select::kAllAttributes;
  const Page whole = unwrap(store_->query(query));
  EXPECT_EQ(whole.items.front(), item_of(item));
  EXPECT_EQ(whole.capacity.table_halves, 2u);
  EXPECT_EQ(whole.capacity.index_halves.at("by_name"), 2u);
}

TEST_F(IndexesTest, PagesGoOnAmongEqualKeys) {
  make_table("tab", false, {by_status()});
  for (int n = 0; n < 20; ++n) {
    ASSERT_OK(put("tab", R"({"id":{"S":"k)" + std::to_string(n) + R"("},"status":{"S":"open"},"due":{"N":"1"}})"));
  }
  EXPECT_EQ(all("tab", "by_status", 3).size(), 20u);
  const Page page = unwrap(store_->scan({.table = "tab", .index = "by_status", .limit = 1}));
  ASSERT_TRUE(page.last_key);
  EXPECT_EQ(page.last_key->size(), 3u) << "the keys of the table and of the index";
}

TEST_F(IndexesTest, RefuseKeysOfAnotherType) {
  make_table("tab", false, {by_status()});
  const auto refused = put("tab", R"({"id":{"S":"a"},"status":{"N":"1"},"due":{"N":"2"}})");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kUsage)) << refused.error().to_string();
  EXPECT_EQ(get("tab", R"({"id":{"S":"a"}})"), std::nullopt);
}

TEST_F(IndexesTest, SeveralAttributesMakeOneKey) {
  make_table("tab", false,
             {{.name = "by_place",
               .key = {.partition = {{.name = "country"}, {.name = "city"}},
                       .sort = {{.name = "year", .type = Type::kNumber}, {.name = "month", .type = Type::kNumber}}}}});
  ASSERT_OK(
      put("tab", R"({"id":{"S":"a"},"country":{"S":"BR"},"city":{"S":"SP"},"year":{"N":"2024"},"month":{"N":"2"}})"));
  ASSERT_OK(
      put("tab", R"({"id":{"S":"b"},"country":{"S":"BR"},"city":{"S":"SP"},"year":{"N":"2024"},"month":{"N":"10"}})"));
  ASSERT_OK(
      put("tab", R"({"id":{"S":"c"},"country":{"S":"B"},"city":{"S":"RSP"},"year":{"N":"2024"},"month":{"N":"1"}})"));
  const Page page = unwrap(store_->query(
      {.table = "tab",
       .index = "by_place",
       .key = where("country", Value("BR"),
                    {{.attribute = "city", .condition = {.operand = Value("SP")}},
                     {.attribute = "year", .condition = {.operand = Value(unwrap(Number::parse("2024")))}},
                     {.attribute = "month",
                      .condition = {.op = SortOperator::kGreater, .operand = Value(unwrap(Number::parse("2")))}}})}));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(*page.items.front().find("id"), Value("b"));
}

TEST_F(IndexesTest, CostWhatTheyWrite) {
  make_table("tab", false, {by_status()});
  const Written made = unwrap(put("tab", R"({"id":{"S":"a"},"status":{"S":"open"},"due":{"N":"2"}})"));
  EXPECT_EQ(made.capacity.index_halves.at("by_status"), 2u);
  const Written moved = unwrap(put("tab", R"({"id":{"S":"a"},"status":{"S":"paid"},"due":{"N":"2"}})"));
  EXPECT_EQ(moved.capacity.index_halves.at("by_status"), 4u) << "one entry goes and another comes";
  const Written same = unwrap(put("tab", R"({"id":{"S":"a"},"status":{"S":"paid"},"due":{"N":"2"}})"));
  EXPECT_TRUE(same.capacity.index_halves.empty());
}

TEST_F(IndexesTest, AreFilledWhileWritesGoOn) {
  make_table("tab");
  for (int n = 0; n < 1000; ++n) {
    ASSERT_OK(put("tab", R"({"id":{"S":"k)" + std::to_string(n) + R"("},"status":{"S":"open"},"due":{"N":"1"}})"));
  }
  std::jthread writer([this](const std::stop_token& stop) {
    for (int n = 0; !stop.stop_requested(); n = (n + 7) % 1200) {
      const std::string key = R"({"id":{"S":"k)" + std::to_string(n) + R"("}})";
      if (n % 3 == 0) {
        EXPECT_OK(remove("tab", key));
      } else {
        EXPECT_OK(update("tab", key,
                         {.update = "SET #s = :s, due = :d",
                          .names = {{{"#s", "status"}}},
                          .values = R"({":s":{"S":"paid"},":d":{"N":"5"}})"}));
      }
    }
  });
  ASSERT_OK(store_->change_table({.table = "tab", .new_index = by_status()}));
  EXPECT_TRUE(store_->query({.table = "tab", .index = "by_status", .key = where("status", Value("open"))}) ||
              unwrap(store_->describe_table("tab")).indexes.at(0).is_backfilling);
  until_filled();
  writer.request_stop();
  writer.join();
  std::vector<Item> held = all("tab", "by_status");
  std::vector<Item> wanted = all("tab");
  std::erase_if(wanted, [](const Item& item) { return !item.contains("status") || !item.contains("due"); });
  EXPECT_EQ(held.size(), wanted.size());
  EXPECT_TRUE(std::ranges::is_permutation(held, wanted));
  EXPECT_EQ(unwrap(store_->describe_table("tab")).indexes.at(0).volume.items, static_cast<int64_t>(wanted.size()));
}

TEST_F(IndexesTest, FillingGoesOnAfterAReopen) {
  make_table("tab");
  for (int n = 0; n < 3000; ++n) {
    Item item = item_of(R"({"id":{"S":"k)" + std::to_string(n) + R"("},"status":{"S":"open"},"due":{"N":"1"}})");
    store_->write({.action = PutItem{"tab", item}}, [](const Result<Written>& written) { EXPECT_OK(written); });
  }
  ASSERT_OK(store_->change_table({.table = "tab", .new_index = by_status()}));
  open();
  until_filled();
  EXPECT_EQ(all("tab", "by_status").size(), 3000u);
}

TEST_F(IndexesTest, TellExpressionsOfKeysInTheirOwnWords) {
  make_table("tab", false, {by_status()});
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"due":{"N":"2"}})"));
  const auto why = [&](const std::string& values) {
    return update("tab", R"({"id":{"S":"a"}})",
                  {.update = "SET #s = :s", .names = {{{"#s", "status"}}}, .values = values})
        .error()
        .message;
  };
  EXPECT_EQ(why(R"({":s":{"N":"1"}})"),
            "The update expression attempted to update the secondary index key to unsupported type");
  EXPECT_EQ(why(R"({":s":{"S":")" + std::string(2049, 'x') + R"("}})"),
            "The update expression attempted to update the secondary index key beyond allowed size limits");
  LegacyParameters parameters;
  parameters.attribute_updates.emplace()["status"].value = to_wire(Value(true));
  auto legacy = std::make_shared<Expressions>();
  ASSERT_OK(add_legacy(std::move(parameters), *legacy));
  EXPECT_EQ(store_->write({.action = UpdateItem{"tab", item_of(R"({"id":{"S":"a"}})")}, .expressions = legacy})
                .error()
                .message,
            "One or more parameter values were invalid: Type mismatch for Index Key status Expected: S Actual: BOOL "
            "IndexName: by_status");
}

// Such items are left out of the index, and can be mended or removed.
TEST_F(IndexesTest, LeaveOutWhatTheirKeyCannotBeMadeOf) {
  make_table("tab");
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"status":{"N":"1"},"due":{"N":"1"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"b"},"status":{"N":"1"},"due":{"N":"1"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"c"},"status":{"S":"open"},"due":{"N":"1"}})"));
  ASSERT_OK(store_->change_table({.table = "tab", .new_index = by_status()}));
  until_filled();
  EXPECT_EQ(ids("open"), (std::vector<std::string>{"c"}));
  ASSERT_OK(update("tab", R"({"id":{"S":"a"}})", {.update = "SET note = :n", .values = R"({":n":{"S":"n"}})"}));
  EXPECT_TRUE(get("tab", R"({"id":{"S":"a"}})")->contains("note")) << "in what is no part of the key it may change";
  EXPECT_EQ(ids("open"), (std::vector<std::string>{"c"}));
  EXPECT_FALSE(update("tab", R"({"id":{"S":"a"}})", {.update = "SET due = :n", .values = R"({":n":{"N":"5"}})"}))
      << "the key's other attribute";
  ASSERT_OK(remove("tab", R"({"id":{"S":"a"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"b"},"status":{"S":"open"},"due":{"N":"2"}})"));
  EXPECT_EQ(ids("open"), (std::vector<std::string>{"c", "b"}));
  EXPECT_EQ(unwrap(store_->describe_table("tab")).indexes.at(0).volume.items, 2);
}

// Whatever was being filled when it was removed, the one that has its name now is filled whole.
TEST_F(IndexesTest, OfOneNameAreNotTakenForEachOther) {
  make_table("tab");
  for (int n = 0; n < 2000; ++n) {
    Item item = item_of(R"({"id":{"S":"k)" + std::to_string(n) + R"("},"status":{"S":"open"},"due":{"N":"1"}})");
    store_->write({.action = PutItem{"tab", item}}, [](const Result<Written>& written) { EXPECT_OK(written); });
  }
  for (int round = 0; round < 5; ++round) {
    ASSERT_OK(store_->change_table({.table = "tab", .new_index = by_status()}));
    ASSERT_OK(store_->change_table({.table = "tab", .removed_index = "by_status"}));
  }
  ASSERT_OK(store_->change_table({.table = "tab", .new_index = by_status()}));
  until_filled();
  EXPECT_EQ(all("tab", "by_status").size(), 2000u);
  EXPECT_EQ(unwrap(store_->describe_table("tab")).indexes.at(0).volume.items, 2000);
}

TEST_F(IndexesTest, AreFilledOnceTheDiskHasRoomAgain) {
  make_table("tab");
  for (int n = 0; n < 500; ++n) {
    ASSERT_OK(put("tab", R"({"id":{"S":"k)" + std::to_string(n) + R"("},"status":{"S":"open"},"due":{"N":"1"}})"));
  }
  ASSERT_OK(store_->change_table({.table = "tab", .new_index = by_status()}));
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kOnce);
  until_filled();
  plan_.disarm();
  EXPECT_EQ(all("tab", "by_status").size(), 500u);
}

// Not that they are empty, when they are being removed.
TEST_F(IndexesTest, TellReadersThatTheyAreGone) {
  constexpr int kRounds = 20;
  const auto read = [this] {
    return store_->query({.table = "tab", .index = "by_status", .key = where("status", Value("open"))});
  };
  make_table("tab");
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"status":{"S":"open"},"due":{"N":"2"}})"));
  for (int round = 0; round < kRounds; ++round) {
    ASSERT_OK(store_->change_table({.table = "tab", .new_index = by_status()}));
    until_filled();
    std::atomic<bool> has_read = false;
    std::jthread reader([&] {
      for (;;) {
        const auto page = read();
        has_read = true;
        if (!page) {
          EXPECT_EQ(page.error().code, Errc::invalid_request) << page.error().to_string();
          return;
        }
        EXPECT_EQ(page->count, 1U);
      }
    });
    while (!has_read) std::this_thread::yield();
    ASSERT_OK(store_->change_table({.table = "tab", .removed_index = "by_status"}));
  }
}

TEST_F(IndexesTest, StayWhenTheDiskRefusesToRemoveThem) {
  make_table("tab", false, {by_status()});
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"status":{"S":"open"},"due":{"N":"2"}})"));
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(store_->change_table({.table = "tab", .removed_index = "by_status"}));
  plan_.disarm();
  EXPECT_EQ(ids("open"), (std::vector<std::string>{"a"}));
  ASSERT_OK(store_->change_table({.table = "tab", .removed_index = "by_status"}));
}

TEST_F(IndexesTest, CanBeRemovedAndMadeAnew) {
  make_table("tab", false, {by_status()});
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"status":{"S":"open"},"due":{"N":"2"}})"));
  ASSERT_OK(store_->change_table({.table = "tab", .removed_index = "by_status"}));
  EXPECT_EQ(store_->query({.table = "tab", .index = "by_status", .key = where("status", Value("open"))}).error().code,
            Errc::invalid_request);
  ASSERT_OK(put("tab", R"({"id":{"S":"b"},"status":{"S":"open"},"due":{"N":"1"}})"));
  ASSERT_OK(store_->change_table({.table = "tab", .new_index = by_status()}));
  EXPECT_EQ(store_->change_table({.table = "tab", .new_index = by_status()}).error().code, Errc::invalid_request);
  until_filled();
  EXPECT_EQ(ids("open"), (std::vector<std::string>{"b", "a"}));
}

}  // namespace
}  // namespace caudal::items
