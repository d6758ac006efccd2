// SPDX-License-Identifier: Apache-2.0
// INSERT, UPDATE, DELETE and EXISTS against an embedded store.
#include "items/statements/writing.h"

#include "items/testing/items_fixture.h"
#include "kv/testing/fault_env.h"

namespace caudal::items {
namespace {

class WritingTest : public ItemsFixture {
 protected:
  WritingTest() { make_table("tab", true); }
  Result<Write> make(std::string_view text, std::vector<Value> parameters = {}) {
    auto statement = partiql::parse_statement(text, std::move(parameters));
    if (!statement) return std::move(statement).error();
    return write_of(*std::move(statement), unwrap(store_->describe_table("tab")));
  }
  Written run(std::string_view text, std::vector<Value> parameters = {}) {
    return unwrap(store_->write(unwrap(make(text, std::move(parameters)))));
  }
  std::string refusal(std::string_view text) {
    const auto write = make(text);
    return write ? "none" : write.error().message;
  }
  std::optional<Item> a1() { return get("tab", R"({"id":{"S":"a"},"at":{"N":"1"}})"); }
};

TEST_F(WritingTest, AnInsertMakesAnItemOnce) {
  EXPECT_TRUE(run("INSERT INTO tab VALUE {'id': ?, 'at': 1, 'n': 5}", {Value("a")}).held);
  EXPECT_FALSE(run("INSERT INTO tab VALUE {'id': 'a', 'at': 1, 'n': 6}").held);
  EXPECT_EQ(a1(), item_of(R"({"id":{"S":"a"},"at":{"N":"1"},"n":{"N":"5"}})"));
  EXPECT_TRUE(run("INSERT INTO tab VALUE {'id': 'a', 'at': 2}").held) << "another item of the partition";
}

TEST_F(WritingTest, AnUpdateChangesWhatIsThere) {
  EXPECT_FALSE(run("UPDATE tab SET n = 1 WHERE id = 'a' AND at = 1").held);
  EXPECT_EQ(a1(), std::nullopt);
  run("INSERT INTO tab VALUE {'id': 'a', 'at': 1, 'n': 5, 'gone': TRUE}");
  const Written changed = run("UPDATE tab SET n = n + ? REMOVE gone WHERE id = 'a' AND at = 1 RETURNING MODIFIED NEW *",
                              {Value(Number(2))});
  EXPECT_TRUE(changed.held);
  EXPECT_EQ(changed.item, item_of(R"({"n":{"N":"7"}})"));
  EXPECT_FALSE(run("UPDATE tab SET n = 0 WHERE at = 1 AND n < 7 AND id = 'a'").held);
  EXPECT_EQ(a1(), item_of(R"({"id":{"S":"a"},"at":{"N":"1"},"n":{"N":"7"}})"));
}

TEST_F(WritingTest, ADeleteTakesAwayWhatFulfilsWhere) {
  run("INSERT INTO tab VALUE {'id': 'a', 'at': 1, 'n': 5}");
  EXPECT_FALSE(run("DELETE FROM tab WHERE id = 'a' AND at = 1 AND n = 6").held);
  const Written gone = run("DELETE FROM tab WHERE id = 'a' AND at = 1 AND n = 5 RETURNING ALL OLD *");
  EXPECT_TRUE(gone.held);
  EXPECT_EQ(gone.item, item_of(R"({"id":{"S":"a"},"at":{"N":"1"},"n":{"N":"5"}})"));
  EXPECT_TRUE(run("DELETE FROM tab WHERE id = 'a' AND at = 1").held) << "what is not there may be deleted";
}

TEST_F(WritingTest, ExistsChecksAlone) {
  run("INSERT INTO tab VALUE {'id': 'a', 'at': 1, 'n': 5}");
  EXPECT_TRUE(std::holds_alternative<CheckItem>(
      unwrap(make("EXISTS(SELECT * FROM tab WHERE id = 'a' AND at = 1 AND n = 5)")).action));
  const auto transact = [&](std::string_view check) {
    std::vector<Write> writes;
    writes.push_back(unwrap(make(check)));
    writes.push_back(unwrap(make("INSERT INTO tab VALUE {'id': 'b', 'at': 1}")));
    return unwrap(store_->transact(std::move(writes)));
  };
  EXPECT_FALSE(transact("EXISTS(SELECT * FROM tab WHERE id = 'a' AND at = 1 AND n = 6)").done());
  EXPECT_TRUE(transact("EXISTS(SELECT * FROM tab WHERE id = 'a' AND at = 1 AND n = 5)").done());
}

TEST_F(WritingTest, TheWholeKeyMustBeGiven) {
  const std::string needs_key = "Where clause does not contain a mandatory equality on all key attributes";
  EXPECT_EQ(refusal("UPDATE tab SET n = 1 WHERE id = 'a'"), needs_key);
  EXPECT_EQ(refusal("UPDATE tab SET n = 1 WHERE id = 'a' AND at > 1"), needs_key);
  EXPECT_EQ(refusal("DELETE FROM tab WHERE n = 1"), needs_key);
  EXPECT_EQ(refusal("DELETE FROM tab WHERE id = 'a' OR at = 1"), needs_key);
  EXPECT_EQ(refusal("EXISTS(SELECT * FROM tab WHERE id = 'a' AND at = 1)"),
            "EXISTS() must contain a single item read with additional condition");
}

TEST_F(WritingTest, KeysStayAsTheyAre) {
  run("INSERT INTO tab VALUE {'id': 'a', 'at': 1}");
  EXPECT_FALSE(store_->write(unwrap(make("UPDATE tab SET at = 2 WHERE id = 'a' AND at = 1"))));
  EXPECT_FALSE(store_->write(unwrap(make("INSERT INTO tab VALUE {'id': 'a'}")))) << "the key is not whole";
}

}  // namespace
}  // namespace caudal::items
