// SPDX-License-Identifier: Apache-2.0
// SELECTs against an embedded store: what is looked up, what is gone through, and in which order it comes.
#include "items/statements/selection.h"

#include "items/errors.h"
#include "items/testing/items_fixture.h"

namespace caudal::items {
namespace {

using Kind = Selection::Kind;

class SelectionTest : public ItemsFixture {
 protected:
  SelectionTest() {
    make_table("tab", true,
               {{.name = "by-status", .key = {.partition = {{"status"}}, .sort = {{"at", Type::kNumber}}}}});
    for (const char* id : {"a", "b", "c"}) {
      for (int at = 1; at <= 5; ++at) {
        EXPECT_OK(put("tab", R"({"id":{"S":")" + std::string(id) + R"("},"at":{"N":")" + std::to_string(at) +
                                 R"("},"status":{"S":")" + (at % 2 == 1 ? "ODD" : "EVEN") +
                                 R"("},"m":{"M":{"k":{"L":[{"N":"7"}]}}}})"));
      }
    }
  }
  Result<Selection> make(std::string_view text, std::vector<Value> parameters = {}) {
    auto statement = partiql::parse_statement(text, std::move(parameters));
    if (!statement) return std::move(statement).error();
    return Selection::make(*std::move(statement), unwrap(store_->describe_table("tab")));
  }
  // "a1 a2 b1": ids and places, page by page.
  std::string select(std::string_view text, std::optional<uint64_t> limit = {}) {
    const Selection selection = unwrap(make(text));
    std::string found;
    SelectOptions options{.limit = limit};
    do {
      const Selected page = unwrap(selection.read(*store_, options));
      EXPECT_TRUE(!limit || page.items.size() <= *limit);
      for (const Item& item : page.items) {
        found += (found.empty() ? "" : " ") + *item.find("id")->get_if<std::string>() +
                 item.find("at")->get_if<Number>()->to_string();
      }
      options.from = page.next;
    } while (options.from);
    return found;
  }
  std::string refusal(std::string_view text) {
    const auto selection = make(text);
    return selection ? "none" : selection.error().message;
  }
};

TEST_F(SelectionTest, LooksUpWhatTheKeyIsGivenOf) {
  EXPECT_EQ(unwrap(make("SELECT * FROM tab WHERE id = 'a' AND at = 2")).kind(), Kind::kItem);
  EXPECT_EQ(unwrap(make("SELECT * FROM tab WHERE id = 'a' AND at > 2")).kind(), Kind::kQuery);
  EXPECT_EQ(unwrap(make("SELECT * FROM tab WHERE id IN ['a', 'b']")).kind(), Kind::kQuery);
  EXPECT_EQ(unwrap(make("SELECT * FROM tab WHERE id > 'a'")).kind(), Kind::kScan);
  EXPECT_EQ(unwrap(make("SELECT * FROM tab WHERE id = 'a' OR at = 2")).kind(), Kind::kScan);
  EXPECT_EQ(unwrap(make("SELECT * FROM tab")).kind(), Kind::kScan);
  EXPECT_EQ(unwrap(make("SELECT * FROM tab.\"by-status\" WHERE status = 'ODD' AND at = 1")).kind(), Kind::kQuery)
      << "an index may hold several items under one key";
}

TEST_F(SelectionTest, TellsTheKeysOfAStatement) {
  const KeySchema schema = unwrap(store_->describe_table("tab")).definition.key;
  const auto keys = [&](std::string_view text) { return keys_of(unwrap(partiql::parse_statement(text, {})), schema); };
  EXPECT_EQ(keys("SELECT * FROM tab WHERE id IN ['a', 'b'] AND at = 1"),
            (std::vector<Item>{item_of(R"({"id":{"S":"a"},"at":{"N":"1"}})"),
                               item_of(R"({"id":{"S":"b"},"at":{"N":"1"}})")}));
  EXPECT_EQ(keys("DELETE FROM tab WHERE id = 'a' AND at > 1"), std::vector<Item>{item_of(R"({"id":{"S":"a"}})")});
  EXPECT_TRUE(keys("SELECT * FROM tab WHERE at = 1").empty());
  EXPECT_TRUE(keys("SELECT * FROM tab WHERE id = 5").empty()) << "no key of this table";
}

TEST_F(SelectionTest, AnswersWhatWhereSays) {
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'a' AND at = 2"), "a2");
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'a' AND at = 9"), "");
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'a' AND at = 2 AND status = 'ODD'"), "");
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'b' AND at BETWEEN 2 AND 4"), "b2 b3 b4");
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'b' AND (at = 1 OR at = 5)"), "b1 b5")
      << "the rest may be about keys as well";
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'b' AND status = 'EVEN'"), "b2 b4");
  EXPECT_EQ(select("SELECT * FROM tab.\"by-status\" WHERE status = 'EVEN' AND at = 4").size(), 8U);
  EXPECT_EQ(select("SELECT * FROM tab WHERE at = 3").size(), 8U);
}

TEST_F(SelectionTest, PagesGoOnWhereTheyEnded) {
  for (const uint64_t limit : {1, 2, 3, 5, 100}) {
    EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'a'", limit), "a1 a2 a3 a4 a5") << limit;
    EXPECT_EQ(select("SELECT * FROM tab WHERE id IN ['c', 'a', 'c'] AND at < 3", limit), "c1 c2 a1 a2") << limit;
    EXPECT_EQ(select("SELECT * FROM tab", limit).size(), 15 * 3 - 1) << limit;
  }
}

TEST_F(SelectionTest, OrderByGoesAlongTheKey) {
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'a' ORDER BY at DESC", 2), "a5 a4 a3 a2 a1");
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'a' ORDER BY at"), "a1 a2 a3 a4 a5");
  EXPECT_EQ(select("SELECT * FROM tab WHERE id = 'a' AND at < 3 ORDER BY id"), "a2 a1") << "as the service does";
  EXPECT_EQ(select("SELECT * FROM tab WHERE id IN ['a', 'b'] AND at > 3 ORDER BY id DESC, at ASC", 1), "b4 b5 a4 a5");
  EXPECT_EQ(refusal("SELECT * FROM tab ORDER BY at"),
            "Must have WHERE clause in the statement when using ORDER BY clause.");
  EXPECT_EQ(refusal("SELECT * FROM tab WHERE id = 'a' ORDER BY m"),
            "Attribute m in ORDER BY clause must be part of the primary key");
  EXPECT_EQ(refusal("SELECT * FROM tab WHERE id > 'a' ORDER BY at"),
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
  EXPECT_EQ(refusal("SELECT * FROM tab WHERE id IN ['a', 'b'] ORDER BY at"),
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.");
}

TEST_F(SelectionTest, ColumnsAreCalledByTheirLastName) {
  const Selection selection = unwrap(make("SELECT m.k[0], at FROM tab WHERE id = 'a' AND status = 'EVEN' AND at < 3"));
  const Selected page = unwrap(selection.read(*store_, {}));
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0], item_of(R"({"k[0]":{"N":"7"},"at":{"N":"2"}})"));
}

TEST_F(SelectionTest, CostsWhatItsReadsCost) {
  const auto halves = [&](std::string_view text, bool is_consistent) {
    return unwrap(unwrap(make(text)).read(*store_, {.is_consistent = is_consistent})).capacity.table_halves;
  };
  EXPECT_EQ(halves("SELECT * FROM tab WHERE id = 'a' AND at = 2", false), 1U);
  EXPECT_EQ(halves("SELECT * FROM tab WHERE id = 'a' AND at = 2", true), 2U);
  EXPECT_EQ(halves("SELECT * FROM tab WHERE id IN ['a', 'b']", false), 2U);
}

TEST_F(SelectionTest, WhatIsNotThereIsTold) {
  EXPECT_EQ(refusal("SELECT * FROM tab.none WHERE id = 'a'"), "The table does not have the specified index");
  std::string many = "SELECT * FROM tab WHERE id IN ['0'";
  for (int n = 1; n <= 50; ++n) many += ",'" + std::to_string(n) + "'";
  EXPECT_NE(refusal(many + "]").find("51"), std::string::npos);
  EXPECT_FALSE(unwrap(make("SELECT * FROM tab WHERE id = 'a'")).read(*store_, {.from = Place{.part = 7}}));
}

}  // namespace
}  // namespace caudal::items
