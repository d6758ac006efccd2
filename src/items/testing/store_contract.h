// SPDX-License-Identifier: Apache-2.0
// What every Store does, whoever made it: the embedded one, and remote ones at endpoints of all kinds. Include it in
// one file of a test, and instantiate it:
//
//   INSTANTIATE_TEST_SUITE_P(Embedded, StoreContract, testing::Values(StoreMaker{"embedded", make_embedded}));
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "items/errors.h"
#include "items/store.h"
#include "items/testing/short_requests.h"

namespace caudal::items {

// A store with all that it stands on.
class StoreHouse {
 public:
  virtual ~StoreHouse() = default;
  virtual Store& store() = 0;
};
struct StoreMaker {
  std::string name;
  std::function<std::unique_ptr<StoreHouse>()> make;
  friend void PrintTo(const StoreMaker& maker, std::ostream* out) { *out << maker.name; }
};

class StoreContract : public testing::TestWithParam<StoreMaker> {
 protected:
  Store& store() { return house_->store(); }
  // id (S) and at (N); an index on "kind" (S) and "at", which holds "n" besides the keys.
  void make_table(const std::string& name) {
    TableDefinition definition{.name = name, .billing = BillingMode::kPayPerRequest};
    definition.key.partition = {{.name = "id"}};
    definition.key.sort = {{.name = "at", .type = Type::kNumber}};
    definition.indexes.push_back(by_kind());
    ASSERT_OK(store().create_table(definition));
  }
  static IndexDefinition by_kind() {
    IndexDefinition index;
    index.name = "by_kind";
    index.key.partition = {{.name = "kind"}};
    index.key.sort = {{.name = "at", .type = Type::kNumber}};
    index.projection = {.kind = ProjectionKind::kInclude, .attributes = {"n"}};
    return index;
  }
  static std::string key(const std::string& id, int at) {
    return R"({"id":{"S":")" + id + R"("},"at":{"N":")" + std::to_string(at) + R"("}})";
  }
  static Item item(const std::string& id, int at, std::string_view more = "{}") {
    Item item = item_of(key(id, at));
    for (const Attribute& one : item_of(more)) item.set(one.name, one.value);
    return item;
  }
  static Write put_of(const std::string& table, Item item, const Texts& texts = {}) {
    return {.action = PutItem{table, std::move(item)}, .expressions = expressions(texts)};
  }
  static Write update_of(const std::string& key, const Texts& texts, ReturnValues returns = ReturnValues::kNone) {
    return {.action = UpdateItem{"tab", item_of(key)}, .expressions = expressions(texts), .returns = returns};
  }
  void put(Item item) { ASSERT_TRUE(unwrap(store().write(put_of("tab", std::move(item)))).held); }
  std::optional<Item> get(const std::string& key) {
    return unwrap(store().get({.table = "tab", .key = item_of(key), .is_consistent = true})).item;
  }
  std::vector<Item> all(Query query) {
    std::vector<Item> items;
    for (;;) {
      Page page = unwrap(store().query(query));
      for (Item& one : page.items) items.push_back(std::move(one));
      if (!page.last_key) return items;
      query.start_after = std::move(page.last_key);
    }
  }
  static std::vector<int> ats(const std::vector<Item>& items) {
    std::vector<int> out;
    for (const Item& one : items) out.push_back(std::stoi(one.find("at")->get_if<Number>()->to_string()));
    return out;
  }
  static KeyClause at(SortOperator op, int operand, int upper = 0) {
    return {
        .attribute = "at",
        .condition = {.op = op,
                      .operand = Value(*Number::parse(std::to_string(operand))),
                      .upper = op == SortOperator::kBetween ? Value(*Number::parse(std::to_string(upper))) : Value()}};
  }

  const std::unique_ptr<StoreHouse> house_ = GetParam().make();
};

TEST_P(StoreContract, TablesAreMadeDescribedListedAndRemoved) {
  make_table("tab");
  make_table("another");
  const TableInfo info = unwrap(store().describe_table("tab"));
  EXPECT_EQ(info.definition.key.sort.at(0).type, Type::kNumber);
  EXPECT_EQ(info.definition.billing, BillingMode::kPayPerRequest);
  ASSERT_EQ(info.definition.indexes.size(), 1U);
  EXPECT_EQ(info.definition.indexes[0], by_kind());
  EXPECT_FALSE(info.indexes.at(0).is_backfilling);
  EXPECT_FALSE(info.id.empty());
  const TableNamesPage page = unwrap(store().list_tables("", 1));
  EXPECT_EQ(page.names, std::vector<std::string>{"another"});
  EXPECT_TRUE(page.is_truncated);
  EXPECT_EQ(unwrap(store().list_tables("another", 10)).names, std::vector<std::string>{"tab"});
  EXPECT_EQ(store().create_table(info.definition).error().code, Errc::table_exists);
  ASSERT_OK(store().delete_table("tab"));
  EXPECT_EQ(store().describe_table("tab").error().code, Errc::no_such_table);
  EXPECT_EQ(store().delete_table("tab").error().code, Errc::no_such_table);
}

TEST_P(StoreContract, WhatIsNotThereIsToldApart) {
  make_table("tab");
  EXPECT_EQ(store().write(put_of("none", item("a", 1))).error().code, Errc::no_such_table);
  EXPECT_EQ(store().get({.table = "none", .key = item_of(key("a", 1))}).error().code, Errc::no_such_table);
  EXPECT_EQ(store().query({.table = "none", .key = where("id", Value("a"))}).error().code, Errc::no_such_table);
  EXPECT_EQ(store().scan({.table = "none"}).error().code, Errc::no_such_table);
  EXPECT_EQ(store().write_each({put_of("none", item("a", 1))}).error().code, Errc::no_such_table);
  EXPECT_FALSE(store().query({.table = "tab", .index = "none", .key = where("id", Value("a"))}));
  EXPECT_EQ(get(key("a", 1)), std::nullopt);
}

TEST_P(StoreContract, WhatATableDoesNotTakeIsRefusedInTheServicesWords) {
  make_table("tab");
  const auto refused = store().write(put_of("tab", item_of(R"({"id":{"S":"a"}})")));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kUsage));
  EXPECT_NE(refused.error().message.find("Missing the key at in the item"), std::string::npos)
      << refused.error().message;
  EXPECT_FALSE(store().write_each({put_of("tab", item("a", 1)), put_of("tab", item_of(R"({"id":{"S":"a"}})"))}));
  EXPECT_EQ(get(key("a", 1)), std::nullopt) << "one that is wrong refuses all";
}

TEST_P(StoreContract, EveryTypeComesBackAsItWas) {
  make_table("tab");
  const Item all_types = item("a", 1, R"({"s":{"S":""},"u":{"S":"água 🌊"},
      "n":{"N":"12345678901234567890123456789012345678"},"tiny":{"N":"-1E-130"},"b":{"B":"AAH/"},"t":{"BOOL":true},
      "z":{"NULL":true},"ss":{"SS":["b","a"]},"ns":{"NS":["1","2.5"]},"bs":{"BS":["AA==","AQ=="]},
      "l":{"L":[{"N":"1"},{"L":[]},{"S":"x"}]},"m":{"M":{"in":{"M":{}}}}})");
  put(all_types);
  EXPECT_EQ(get(key("a", 1)), all_types);
}

TEST_P(StoreContract, ConditionsDecideWhetherAnythingIsWritten) {
  make_table("tab");
  const Texts is_new{.condition = "attribute_not_exists(id)"};
  EXPECT_TRUE(unwrap(store().write(put_of("tab", item("a", 1, R"({"n":{"N":"1"}})"), is_new))).held);
  Write again = put_of("tab", item("a", 1, R"({"n":{"N":"2"}})"), is_new);
  EXPECT_EQ(unwrap(store().write(again)).item, std::nullopt);
  again.returns_on_failure = true;
  const Written shown = unwrap(store().write(again));
  EXPECT_FALSE(shown.held);
  EXPECT_EQ(shown.item, item("a", 1, R"({"n":{"N":"1"}})"));
  EXPECT_EQ(get(key("a", 1)), item("a", 1, R"({"n":{"N":"1"}})"));
  const Write removal{.action = DeleteItem{"tab", item_of(key("a", 1))},
                      .expressions = expressions({.condition = "#n BETWEEN :low AND :high AND NOT (size(id) > :high)",
                                                  .names = Placeholders::Names{{"#n", "n"}},
                                                  .values = R"({":low":{"N":"1"},":high":{"N":"5"}})"}),
                      .returns = ReturnValues::kAllOld};
  EXPECT_EQ(unwrap(store().write(removal)).item, item("a", 1, R"({"n":{"N":"1"}})"));
  EXPECT_EQ(get(key("a", 1)), std::nullopt);
}

TEST_P(StoreContract, UpdatesTellWhatTheyAreAskedFor) {
  make_table("tab");
  const Texts add{.update = "ADD n :one SET l = list_append(if_not_exists(l, :none), :more)",
                  .values = R"({":one":{"N":"1"},":none":{"L":[]},":more":{"L":[{"S":"x"}]}})"};
  EXPECT_EQ(unwrap(store().write(update_of(key("a", 1), add, ReturnValues::kUpdatedNew))).item,
            item_of(R"({"n":{"N":"1"},"l":{"L":[{"S":"x"}]}})"));
  EXPECT_EQ(unwrap(store().write(update_of(key("a", 1), add, ReturnValues::kUpdatedOld))).item,
            item_of(R"({"n":{"N":"1"},"l":{"L":[{"S":"x"}]}})"));
  const Texts take{.update = "REMOVE l[0] SET #w.x = :v",
                   .names = Placeholders::Names{{"#w", "m"}},
                   .values = R"({":v":{"N":"7"}})"};
  ASSERT_OK(store().write(update_of(key("a", 1), {.update = "SET m = :m", .values = R"({":m":{"M":{}}})"})));
  EXPECT_EQ(unwrap(store().write(update_of(key("a", 1), take, ReturnValues::kAllNew))).item,
            item("a", 1, R"({"n":{"N":"2"},"l":{"L":[{"S":"x"}]},"m":{"M":{"x":{"N":"7"}}}})"));
  const auto refused =
      store().write(update_of(key("a", 1), {.update = "SET id = :v", .values = R"({":v":{"S":"b"}})"}));
  EXPECT_TRUE(!refused && refused.error().is(ErrorClass::kUsage));
}

TEST_P(StoreContract, AnUpdateOfNothingMakesTheItem) {
  make_table("tab");
  auto nothing = std::make_shared<Expressions>();
  nothing->update = Update({}, true);
  const Write write{
      .action = UpdateItem{"tab", item_of(key("a", 1))}, .expressions = nothing, .returns = ReturnValues::kAllNew};
  EXPECT_EQ(unwrap(store().write(write)).item, item("a", 1));
  EXPECT_EQ(get(key("a", 1)), item("a", 1));
  ASSERT_OK(store().write(update_of(key("b", 1), {.update = "REMOVE n"})));
  EXPECT_EQ(get(key("b", 1)), std::nullopt) << "what only takes away makes nothing";
}

TEST_P(StoreContract, ProjectionsShowWhatIsAskedFor) {
  make_table("tab");
  put(item("a", 1, R"({"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"l":{"L":[{"S":"0"},{"S":"1"}]}})"));
  const Got got = unwrap(store().get(
      {.table = "tab", .key = item_of(key("a", 1)), .expressions = expressions({.projection = "m.x, l[1]"})}));
  EXPECT_EQ(got.item, item_of(R"({"m":{"M":{"x":{"N":"1"}}},"l":{"L":[{"S":"1"}]}})"));
}

TEST_P(StoreContract, QueriesFindRangesInOrderPageByPage) {
  make_table("tab");
  for (int n = 1; n <= 9; ++n) put(item("a", n, n % 2 == 0 ? R"({"even":{"BOOL":true}})" : "{}"));
  put(item("b", 1));
  const auto found = [&](KeyClause clause) {
    return ats(all({.table = "tab", .key = where("id", Value("a"), {clause}), .limit = 2}));
  };
  EXPECT_EQ(found(at(SortOperator::kEqual, 3)), (std::vector{3}));
  EXPECT_EQ(found(at(SortOperator::kLess, 3)), (std::vector{1, 2}));
  EXPECT_EQ(found(at(SortOperator::kLessOrEqual, 3)), (std::vector{1, 2, 3}));
  EXPECT_EQ(found(at(SortOperator::kGreater, 7)), (std::vector{8, 9}));
  EXPECT_EQ(found(at(SortOperator::kGreaterOrEqual, 7)), (std::vector{7, 8, 9}));
  EXPECT_EQ(found(at(SortOperator::kBetween, 4, 6)), (std::vector{4, 5, 6}));
  EXPECT_EQ(ats(all({.table = "tab", .key = where("id", Value("a")), .is_forward = false, .limit = 4})),
            (std::vector{9, 8, 7, 6, 5, 4, 3, 2, 1}));
  const Query even{
      .table = "tab",
      .key = where("id", Value("a")),
      .expressions = expressions(
          {.filter = "attribute_exists(even)", .projection = "#at", .names = Placeholders::Names{{"#at", "at"}}})};
  EXPECT_EQ(ats(all(even)), (std::vector{2, 4, 6, 8}));
  Query counted = even;
  counted.select = Select::kCount;
  counted.expressions = expressions({.filter = "attribute_exists(even)"});
  const Page count = unwrap(store().query(counted));
  EXPECT_EQ(count.count, 4U);
  EXPECT_EQ(count.scanned, 9U);
  EXPECT_TRUE(count.items.empty());
}

TEST_P(StoreContract, QueriesGiveItemsAsTheyAreStoredToWhoTakesThem) {
  make_table("tab");
  std::vector<std::string> wanted;
  for (int n = 1; n < 4; ++n) {
    put(item("a", n, R"({"more":{"S":"m"}})"));
    wanted.push_back(encode(item("a", n)));
  }
  std::vector<std::string> taken;
  Query query{.table = "tab",
              .key = where("id", Value("a")),
              .expressions = expressions({.projection = "id, #at", .names = Placeholders::Names{{"#at", "at"}}}),
              .select = Select::kSpecific,
              .form = Form::kStored};
  query.take = [&](std::string_view stored) -> Result<void> {
    taken.emplace_back(stored);
    return {};
  };
  const Page page = unwrap(store().query(query));
  EXPECT_EQ(taken, wanted);
  EXPECT_EQ(page.count, 3U);
  EXPECT_EQ(page.stored.size(), 0U);
  query.take = [](std::string_view) -> Result<void> { return Error{Errc::corrupt, "not this one"}; };
  EXPECT_EQ(store().query(query).error().code, Errc::corrupt);
}

TEST_P(StoreContract, IndexesHoldWhatIsProjectedOfItemsThatHaveTheirKey) {
  make_table("tab");
  put(item("a", 2, R"({"kind":{"S":"x"},"n":{"N":"1"},"more":{"S":"m"}})"));
  put(item("b", 1, R"({"kind":{"S":"x"},"n":{"N":"2"}})"));
  put(item("c", 3));
  const Query of_kind{.table = "tab", .index = "by_kind", .key = where("kind", Value("x")), .limit = 1};
  EXPECT_EQ(all(of_kind), (std::vector{item("b", 1, R"({"kind":{"S":"x"},"n":{"N":"2"}})"),
                                       item("a", 2, R"({"kind":{"S":"x"},"n":{"N":"1"}})")}));
  ASSERT_OK(store().write(update_of(key("b", 1), {.update = "REMOVE kind"})));
  EXPECT_EQ(ats(all(of_kind)), (std::vector{2}));
}

TEST_P(StoreContract, SegmentsOfAScanAreTheTableTogether) {
  make_table("tab");
  for (int n = 0; n < 40; ++n) put(item("p" + std::to_string(n), n));
  std::vector<int> seen;
  for (uint32_t segment = 0; segment < 3; ++segment) {
    Scan scan{.table = "tab", .limit = 7, .segment = segment, .segments = 3};
    do {
      Page page = unwrap(store().scan(scan));
      for (const int one : ats(page.items)) seen.push_back(one);
      scan.start_after = std::move(page.last_key);
    } while (scan.start_after);
  }
  std::ranges::sort(seen);
  ASSERT_EQ(seen.size(), 40U);
  EXPECT_TRUE(std::ranges::adjacent_find(seen) == seen.end());
}

TEST_P(StoreContract, ManyWritesGoEachForItselfAndInOrder) {
  make_table("tab");
  std::vector<Write> writes;
  for (int n = 0; n < 60; ++n) writes.push_back(put_of("tab", item("a", n, R"({"n":{"N":"1"}})")));
  writes.push_back(put_of("tab", item("a", 7, R"({"n":{"N":"2"}})")));  // the same item again
  writes.push_back(put_of("tab", item("a", 8), {.condition = "attribute_not_exists(id)"}));
  writes.push_back({.action = DeleteItem{"tab", item_of(key("a", 9))}});
  writes.push_back(
      update_of(key("a", 7), {.update = "ADD n :n", .values = R"({":n":{"N":"40"}})"}, ReturnValues::kUpdatedNew));
  const auto answers = unwrap(store().write_each(std::move(writes)));
  ASSERT_EQ(answers.size(), 64U);
  for (size_t n = 0; n < answers.size(); ++n) EXPECT_EQ(unwrap(Result(answers[n])).held, n != 61) << n;
  EXPECT_EQ(unwrap(Result(answers[63])).item, item_of(R"({"n":{"N":"42"}})"));
  EXPECT_EQ(ats(all({.table = "tab", .key = where("id", Value("a"))})).size(), 59U);
  EXPECT_EQ(get(key("a", 8)), item("a", 8, R"({"n":{"N":"1"}})"));
}

TEST_P(StoreContract, TransactionsAreDoneAltogetherOrTellWhyNot) {
  make_table("tab");
  put(item("a", 1, R"({"n":{"N":"1"}})"));
  Write held = update_of(key("a", 1), {.update = "ADD n :n", .values = R"({":n":{"N":"1"}})"});
  Write check{.action = CheckItem{"tab", item_of(key("a", 1))},
              .expressions = expressions({.condition = "n > :n", .values = R"({":n":{"N":"1"}})"}),
              .returns_on_failure = true};
  check.action = CheckItem{"tab", item_of(key("b", 1))};
  check.expressions = expressions({.condition = "attribute_exists(id)"});
  const Transacted refused = unwrap(store().transact({held, check, put_of("tab", item("c", 1))}));
  ASSERT_EQ(refused.reasons.size(), 3U);
  EXPECT_EQ(refused.reasons[0].reason, Reason::kNone);
  EXPECT_EQ(refused.reasons[1].reason, Reason::kConditionFailed);
  EXPECT_EQ(get(key("c", 1)), std::nullopt);
  check.expressions = expressions({.condition = "attribute_not_exists(id)"});
  EXPECT_TRUE(unwrap(store().transact({held, check, put_of("tab", item("c", 1))})).done());
  EXPECT_EQ(get(key("a", 1)), item("a", 1, R"({"n":{"N":"2"}})"));
  EXPECT_EQ(get(key("c", 1)), item("c", 1));
}

TEST_P(StoreContract, WhatDependsOnWhatWasReadIsDoneOnlyWhileTheItemIsThat) {
  make_table("tab");
  static constexpr std::array<std::string_view, 2> kWatched = {"n", "gone"};
  const auto read = std::make_shared<const Item>(item("a", 1, R"({"n":{"N":"1"},"kind":{"S":"x"},"m":{"M":{}}})"));
  const AsRead as_read{.item = read, .watched = kWatched};
  const Write removal{
      .action = DeleteItem{"tab", item_of(key("a", 1))}, .returns_on_failure = true, .as_read = as_read};
  EXPECT_FALSE(unwrap(store().write(removal)).held) << "nothing is there";
  // Changed in one attribute, or by one that is watched.
  for (const char* const more : {R"({"n":{"N":"2"},"kind":{"S":"x"},"m":{"M":{}}})",
                                 R"({"n":{"N":"1"},"kind":{"S":"x"},"m":{"M":{"in":{"N":"1"}}}})",
                                 R"({"n":{"N":"1"},"kind":{"S":"x"},"m":{"M":{}},"gone":{"S":"back"}})"}) {
    put(item("a", 1, more));
    const Written refused = unwrap(store().write(removal));
    EXPECT_FALSE(refused.held) << more;
    EXPECT_EQ(refused.item, item("a", 1, more));
    const Transacted cancelled = unwrap(store().transact({removal, put_of("tab", item("b", 1))}));
    ASSERT_EQ(cancelled.reasons.size(), 2U) << more;
    EXPECT_EQ(cancelled.reasons[0].reason, Reason::kConditionFailed);
    EXPECT_EQ(get(key("a", 1)), item("a", 1, more));
    EXPECT_EQ(get(key("b", 1)), std::nullopt);
  }
  put(*read);
  Write update =
      update_of(key("a", 1), {.condition = "n > :n", .update = "SET k = :n", .values = R"({":n":{"N":"1"}})"},
                ReturnValues::kAllNew);
  update.as_read = as_read;
  EXPECT_FALSE(unwrap(store().write(update)).held) << "both conditions are asked";
  EXPECT_TRUE(unwrap(store().transact({removal, put_of("tab", item("b", 1, R"({"kind":{"S":"x"}})"))})).done());
  EXPECT_EQ(get(key("a", 1)), std::nullopt);
  EXPECT_EQ(ats(all({.table = "tab", .index = "by_kind", .key = where("kind", Value("x"))})), std::vector<int>{1});
  put(*read);
  update.expressions = expressions({.update = "SET kind = :k", .values = R"({":k":{"S":"y"}})"});
  EXPECT_EQ(unwrap(store().write(update)).item, item("a", 1, R"({"n":{"N":"1"},"kind":{"S":"y"},"m":{"M":{}}})"));
  EXPECT_EQ(all({.table = "tab", .index = "by_kind", .key = where("kind", Value("x"))}).size(), 1U);
  EXPECT_EQ(all({.table = "tab", .index = "by_kind", .key = where("kind", Value("y"))}).size(), 1U);
  EXPECT_FALSE(unwrap(store().write(update)).held) << "it is not that any more";
}

TEST_P(StoreContract, ATransactionWithATokenIsDoneOnce) {
  make_table("tab");
  const auto add = [](const std::string& by) {
    return update_of(key("a", 1), {.update = "ADD n :n", .values = R"({":n":{"N":")" + by + R"("}})"});
  };
  const ClientToken token{.text = "token-1", .digest = "of one"};
  ASSERT_TRUE(unwrap(store().transact({add("1")}, token)).done());
  ASSERT_TRUE(unwrap(store().transact({add("1")}, token)).done());
  EXPECT_EQ(get(key("a", 1)), item("a", 1, R"({"n":{"N":"1"}})"));
  EXPECT_EQ(store().transact({add("2")}, {.text = "token-1", .digest = "of two"}).error().code, Errc::token_mismatch);
}

TEST_P(StoreContract, SeveralItemsAreReadAsOfOneMoment) {
  make_table("tab");
  put(item("a", 1));
  put(item("b", 2, R"({"n":{"N":"1"}})"));
  const auto got = unwrap(store().get_all(
      {{.table = "tab", .key = item_of(key("a", 1))},
       {.table = "tab", .key = item_of(key("none", 1))},
       {.table = "tab", .key = item_of(key("b", 2)), .expressions = expressions({.projection = "n"})}}));
  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[0].item, item("a", 1));
  EXPECT_EQ(got[1].item, std::nullopt);
  EXPECT_EQ(got[2].item, item_of(R"({"n":{"N":"1"}})"));
}

TEST_P(StoreContract, AnIndexIsMadeOfWhatIsThereAndTakenAway) {
  make_table("tab");
  for (int n = 0; n < 30; ++n) put(item("a" + std::to_string(n), n, R"({"colour":{"S":"red"}})"));
  IndexDefinition by_colour;
  by_colour.name = "by_colour";
  by_colour.projection.kind = ProjectionKind::kKeysOnly;
  by_colour.key.partition = {{.name = "colour"}};
  ASSERT_OK(store().change_table({.table = "tab", .new_index = by_colour}));
  SystemClock clock;
  const Timestamp deadline = clock.now() + std::chrono::seconds(30);
  while (unwrap(store().describe_table("tab")).indexes.at(1).is_backfilling && clock.now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(all({.table = "tab", .index = "by_colour", .key = where("colour", Value("red"))}).size(), 30U);
  ASSERT_OK(store().change_table({.table = "tab", .removed_index = "by_colour"}));
  EXPECT_EQ(unwrap(store().describe_table("tab")).definition.indexes.size(), 1U);
}

TEST_P(StoreContract, SettingsAndTagsAreKept) {
  make_table("tab");
  ASSERT_OK(store().change_table({.table = "tab", .is_deletion_protected = true}));
  EXPECT_EQ(store().delete_table("tab").error().code, Errc::deletion_protected);
  ASSERT_OK(store().change_tags("tab", {{"team", "payments"}, {"stage", "test"}}, {}));
  ASSERT_OK(store().change_tags("tab", {{"team", "cards"}}, {"stage"}));
  EXPECT_EQ(unwrap(store().describe_table("tab")).definition.tags, (Tags{{"team", "cards"}}));
  ASSERT_OK(store().change_table({.table = "tab", .is_deletion_protected = false}));
  ASSERT_OK(store().delete_table("tab"));
}

TEST_P(StoreContract, ItemsMayExpireByAnAttribute) {
  make_table("tab");
  ASSERT_OK(store().change_table({.table = "tab", .expiry = ExpirySetting{.is_enabled = true, .attribute = "until"}}));
  EXPECT_EQ(unwrap(store().describe_table("tab")).expiry.attribute, "until");
  EXPECT_EQ(unwrap(store().describe_table("tab")).definition.indexes.size(), 1U);
}

TEST_P(StoreContract, RequestsTellWhatTheyCost) {
  make_table("tab");
  const std::string text(3000, 'x');
  const Written written =
      unwrap(store().write(put_of("tab", item("a", 1, R"({"kind":{"S":"x"},"t":{"S":")" + text + R"("}})"))));
  EXPECT_EQ(written.capacity.table_halves, 6U) << "3 KB are three units";
  EXPECT_EQ(written.capacity.index_halves.at("by_kind"), 2U) << "what is projected is one";
  EXPECT_EQ(unwrap(store().get({.table = "tab", .key = item_of(key("a", 1))})).capacity.table_halves, 1U);
  EXPECT_EQ(
      unwrap(store().get({.table = "tab", .key = item_of(key("a", 1)), .is_consistent = true})).capacity.table_halves,
      2U);
  const Page page = unwrap(store().query({.table = "tab", .index = "by_kind", .key = where("kind", Value("x"))}));
  EXPECT_EQ(page.capacity.index_halves.at("by_kind"), 1U);
}

}  // namespace caudal::items
