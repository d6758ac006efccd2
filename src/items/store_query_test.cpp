// SPDX-License-Identifier: Apache-2.0
// Queries and scans of the embedded store.
#include <set>

#include "base/random.h"
#include "items/errors.h"
#include "items/testing/items_fixture.h"
#include "kv/testing/page_cache.h"

namespace caudal::items {
namespace {

class QueryTest : public ItemsFixture {
 protected:
  QueryTest() { make_table("tab", true); }
  void fill(const std::string& id, int count, size_t bytes = 0) {
    for (int at = 0; at < count; ++at) {
      Item item = item_of(R"({"id":{"S":")" + id + R"("},"at":{"N":")" + std::to_string(at) + R"("},"n":{"N":")" +
                          std::to_string(at) + R"("}})");
      if (bytes > 0) item.set("x", Value(std::string(bytes, 'x')));
      ASSERT_OK(store_->write({.action = PutItem{"tab", item}}));
    }
  }
  static Value number(int value) { return Value(unwrap(Number::parse(std::to_string(value)))); }
  static std::vector<int> places(const std::vector<Item>& items) {
    std::vector<int> found;
    for (const Item& item : items) found.push_back(std::stoi(item.find("at")->get_if<Number>()->to_string()));
    return found;
  }
};

TEST_F(QueryTest, AnswersOnePartitionInOrderOfItsSortKey) {
  fill("a", 3);
  fill("b", 2);
  fill("aa", 1);
  EXPECT_EQ(places(unwrap(store_->query({.table = "tab", .key = where("id", Value("a"))})).items),
            (std::vector{0, 1, 2}));
  EXPECT_EQ(places(unwrap(store_->query({.table = "tab", .key = where("id", Value("a")), .is_forward = false})).items),
            (std::vector{2, 1, 0}));
  EXPECT_TRUE(unwrap(store_->query({.table = "tab", .key = where("id", Value("c"))})).items.empty());
}

TEST_F(QueryTest, WhatIsInMemoryIsAnsweredAtOnce) {
  ASSERT_TRUE(store_->is_prompt());
  const auto query = [&](const std::string& id) {
    return store_->query_at_once({.table = "tab", .key = where("id", Value(id))});
  };
  const auto got = [&](const std::string& key) { return store_->get_at_once({.table = "tab", .key = item_of(key)}); };
  const std::string key = R"({"id":{"S":"a"},"at":{"N":"1"}})";
  fill("a", 3);
  fill("large", 7, 10'000);
  EXPECT_EQ(places(unwrap(query("a").value()).items), (std::vector{0, 1, 2}));
  EXPECT_EQ(unwrap(got(key).value()).item, get("tab", key));
  EXPECT_EQ(unwrap(got(R"({"id":{"S":"none"},"at":{"N":"1"}})").value()).item, std::nullopt);
  EXPECT_FALSE(query("large").has_value()) << "that takes its time";
  EXPECT_EQ(unwrap(store_->query({.table = "tab", .key = where("id", Value("large"))})).count, 7U);
  EXPECT_EQ(store_->get_at_once({.table = "none", .key = item_of(key)}).value().error().code, Errc::no_such_table);
}

TEST_F(QueryTest, WhatIsOnDiskAloneIsNotAnsweredAtOnce) {
  const std::string key = R"({"id":{"S":"a"},"at":{"N":"1"}})";
  fill("a", 3);
  // So much behind it that the kernel, which reads ahead, does not come to it when the file is opened.
  Random random(1);
  for (int n = 0; n < 400; ++n) {
    std::string bytes;
    while (bytes.size() < 20'000) bytes.push_back(static_cast<char>(' ' + random.below(90)));
    Item item;
    item.set("id", Value("b"));
    item.set("at", Value(Number(int64_t{n})));
    item.set("x", Value(bytes));
    ASSERT_OK(store_->write({.action = PutItem{"tab", item}}));
  }
  ASSERT_OK(kv_->compact(unwrap(kv_->family("items.rows"))));
  const auto open_cold = [&] {
    store_.reset();
    kv_.reset();
    const bool is_cold = kv::drop_from_page_cache(dir_.path() / "kv");
    open();
    return is_cold;
  };
  if (!open_cold()) GTEST_SKIP() << "this file system keeps files in memory";
  EXPECT_FALSE(store_->get_at_once({.table = "tab", .key = item_of(key)}).has_value());
  // Anew, since asking has the kernel read what was asked for.
  ASSERT_TRUE(open_cold());
  EXPECT_FALSE(store_->query_at_once({.table = "tab", .key = where("id", Value("a"))}).has_value());
  EXPECT_TRUE(get("tab", key).has_value());
  EXPECT_TRUE(store_->get_at_once({.table = "tab", .key = item_of(key)}).has_value());
}

TEST_F(QueryTest, KeysAreNotLookedInto) {
  fill("a", 1);
  const std::string key = R"({"id":{"S":"a"},"at":{"N":"0"}})";
  const std::string refused =
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id";
  const ExpressionsPtr projection = expressions({.projection = "id[0]"});
  const ExpressionsPtr filter = expressions({.filter = "attribute_exists(id.x)"});
  const Get get{.table = "tab", .key = item_of(key), .expressions = projection};
  EXPECT_EQ(store_->get(get).error().message, refused);
  EXPECT_EQ(store_->get_all({get}).error().message, refused);
  EXPECT_EQ(store_->scan({.table = "tab", .expressions = projection}).error().message, refused);
  EXPECT_EQ(store_->scan({.table = "tab", .expressions = filter}).error().message, refused);
  const auto query = [&](const ExpressionsPtr& asked) {
    return store_->query({.table = "tab", .key = where("id", Value("a")), .expressions = asked}).error().message;
  };
  EXPECT_EQ(query(projection), refused);
  EXPECT_EQ(query(filter), "Filter Expression can only contain non-primary key attributes: Primary key attribute: id");
  EXPECT_EQ(query(expressions({.filter = "attribute_exists(id.x)", .projection = "id[0]"})), refused);
  make_table("indexed", false, {{.name = "by_s", .key = {.partition = {{.name = "s"}}}}});
  const std::string of_index =
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: s";
  const auto queried = store_->query(
      {.table = "indexed", .key = where("id", Value("a")), .expressions = expressions({.filter = "s.x = id2"})});
  EXPECT_EQ(queried.error().message, of_index);
}

TEST_F(QueryTest, StartKeysThatDoNotFitAreToldApart) {
  fill("a", 5);
  const auto why = [&](const std::string& start, KeyClauses more = {}) {
    return store_
        ->query({.table = "tab", .key = where("id", Value("a"), std::move(more)), .start_after = item_of(start)})
        .error()
        .message;
  };
  const KeyClause above{.attribute = "at", .condition = {.op = SortOperator::kGreater, .operand = number(2)}};
  EXPECT_EQ(why(R"({"id":{"S":"a"},"at":{"N":"1"}})", {above}),
            "The provided starting key does not match the range key predicate");
  EXPECT_EQ(why(R"({"id":{"S":"b"},"at":{"N":"1"}})"),
            "The provided starting key is outside query boundaries based on provided conditions");
  for (const char* start : {R"({"id":{"S":"a"}})", R"({"id":{"S":"a"},"at":{"S":"1"}})",
                            R"({"id":{"S":"a"},"at":{"N":"1"},"x":{"N":"1"}})"}) {
    EXPECT_EQ(why(start), "The provided starting key is invalid: The provided key element does not match the schema")
        << start;
  }
}

TEST_F(QueryTest, RangesOfTheSortKeyAreExact) {
  fill("a", 20);
  const auto between = [&](SortCondition sort) {
    return places(
        unwrap(store_->query({.table = "tab",
                              .key = where("id", Value("a"), {{.attribute = "at", .condition = std::move(sort)}})}))
            .items);
  };
  EXPECT_EQ(between({.op = SortOperator::kBetween, .operand = number(9), .upper = number(11)}),
            (std::vector{9, 10, 11}));
  EXPECT_EQ(between({.op = SortOperator::kLess, .operand = number(2)}), (std::vector{0, 1}));
  EXPECT_EQ(between({.op = SortOperator::kGreaterOrEqual, .operand = number(18)}), (std::vector{18, 19}));
  EXPECT_EQ(between({.op = SortOperator::kEqual, .operand = number(10)}), (std::vector{10}));
}

TEST_F(QueryTest, PagesGoOnWhereTheyEndedBothWays) {
  fill("a", 10);
  for (const bool is_forward : {true, false}) {
    std::vector<int> found;
    Query query{.table = "tab", .key = where("id", Value("a")), .is_forward = is_forward, .limit = 3};
    int pages = 0;
    do {
      Page page = unwrap(store_->query(query));
      EXPECT_LE(page.scanned, 3u);
      for (const int place : places(page.items)) found.push_back(place);
      query.start_after = page.last_key;
      ++pages;
    } while (query.start_after);
    std::vector<int> wanted = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    if (!is_forward) std::ranges::reverse(wanted);
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(pages, 4);
  }
}

TEST_F(QueryTest, TheLimitCountsWhatWasLookedAtAndTheFilterWhatIsShown) {
  fill("a", 10);
  const Page page =
      unwrap(store_->query({.table = "tab",
                            .key = where("id", Value("a")),
                            .expressions = expressions({.filter = "n > :n", .values = R"({":n":{"N":"4"}})"}),
                            .limit = 7}));
  EXPECT_EQ(page.scanned, 7u);
  EXPECT_EQ(page.count, 2u);
  EXPECT_EQ(places(page.items), (std::vector{5, 6}));
  ASSERT_TRUE(page.last_key);
  EXPECT_EQ(*page.last_key, item_of(R"({"id":{"S":"a"},"at":{"N":"6"}})"));
}

TEST_F(QueryTest, APageEndsWithTheItemThatReachesAMegabyte) {
  fill("a", 5, 300 * 1024);
  const Page page = unwrap(store_->query({.table = "tab", .key = where("id", Value("a")), .select = Select::kCount}));
  EXPECT_EQ(page.count, 4u);
  EXPECT_TRUE(page.items.empty());
  EXPECT_TRUE(page.last_key);
  EXPECT_EQ(page.capacity.table_halves, 301u) << "1.2 MB, half a unit for each 4 KB begun";
}

TEST_F(QueryTest, AStartOutsideOfTheQueryIsRefused) {
  fill("a", 3);
  const auto refused = [&](std::string_view start) {
    return store_->query({.table = "tab", .key = where("id", Value("a")), .start_after = item_of(start)}).error().code;
  };
  EXPECT_EQ(refused(R"({"id":{"S":"b"},"at":{"N":"1"}})"), Errc::invalid_request);
  EXPECT_EQ(refused(R"({"id":{"S":"a"}})"), Errc::invalid_request);
  EXPECT_EQ(refused(R"({"id":{"S":"a"},"at":{"N":"1"},"more":{"N":"1"}})"), Errc::invalid_request);
  const Page after_none = unwrap(store_->query({.table = "tab",
                                                .key = where("id", Value("a")),
                                                .start_after = item_of(R"({"id":{"S":"a"},"at":{"N":"0.5"}})")}));
  EXPECT_EQ(places(after_none.items), (std::vector{1, 2})) << "the key need not be there any more";
}

TEST_F(QueryTest, SegmentsOfAScanAreDisjointAndTogetherEverything) {
  for (int n = 0; n < 300; ++n) fill("p" + std::to_string(n), 2);
  for (const uint32_t segments : {1U, 2U, 7U, 100U, 100'000U}) {
    std::set<std::string> seen;
    size_t rows = 0;
    for (uint32_t segment = 0; segment < segments; ++segment) {
      // Of very many segments most are empty; a sample of them is looked at.
      if (segments > 1000 && segment % 997 != 0 && rows > 0) continue;
      Scan scan{.table = "tab", .limit = 50, .segment = segment, .segments = segments};
      do {
        const Page page = unwrap(store_->scan(scan));
        for (const Item& item : page.items) {
          seen.insert(*item.find("id")->get_if<std::string>() + "/" + item.find("at")->get_if<Number>()->to_string());
          ++rows;
        }
        scan.start_after = page.last_key;
      } while (scan.start_after);
    }
    EXPECT_EQ(rows, seen.size());
    if (segments <= 1000) {
      EXPECT_EQ(rows, 600u) << segments;
    }
  }
  EXPECT_EQ(store_->scan({.table = "tab", .segment = 4, .segments = 4}).error().code, Errc::invalid_request);
}

}  // namespace
}  // namespace caudal::items
