// SPDX-License-Identifier: Apache-2.0
// Transactions of the embedded store.
#include <thread>

#include "items/errors.h"
#include "items/testing/items_fixture.h"

namespace caudal::items {
namespace {

class TransactionsTest : public ItemsFixture {
 protected:
  TransactionsTest() {
    make_table("tab");
    make_table("tac");
  }
  static Write put_of(const std::string& table, std::string_view json, const Texts& texts = {}) {
    return {.action = PutItem{table, item_of(json)}, .expressions = expressions(texts)};
  }
  static Write add_of(const std::string& id, int amount) {
    return {.action = UpdateItem{"tab", item_of(R"({"id":{"S":")" + id + R"("}})")},
            .expressions =
                expressions({.condition = amount < 0 ? "n >= :least" : "",
                             .update = "ADD n :by",
                             .values = amount < 0 ? R"({":by":{"N":")" + std::to_string(amount) +
                                                        R"("},":least":{"N":")" + std::to_string(-amount) + R"("}})"
                                                  : R"({":by":{"N":")" + std::to_string(amount) + R"("}})"})};
  }
  int value(const std::string& id) {
    const auto item = get("tab", R"({"id":{"S":")" + id + R"("}})");
    return item ? std::stoi(item->find("n")->get_if<Number>()->to_string()) : 0;
  }
};

TEST_F(TransactionsTest, AreDoneAltogether) {
  const Transacted done =
      unwrap(store_->transact({put_of("tab", R"({"id":{"S":"a"}})"),
                               put_of("tac", R"({"id":{"S":"b"}})"),
                               {.action = CheckItem{"tab", item_of(R"({"id":{"S":"c"}})")},
                                .expressions = expressions({.condition = "attribute_not_exists(id)"})}}));
  EXPECT_TRUE(done.done());
  EXPECT_TRUE(get("tab", R"({"id":{"S":"a"}})"));
  EXPECT_TRUE(get("tac", R"({"id":{"S":"b"}})"));
  EXPECT_FALSE(get("tab", R"({"id":{"S":"c"}})"));
  EXPECT_EQ(done.capacity.at("tac").table_halves, 4u) << "twice what a write costs";
}

TEST_F(TransactionsTest, OrNotAtAllAndTellWhyOfEach) {
  ASSERT_OK(put("tab", R"({"id":{"S":"a"},"n":{"S":"no number"}})"));
  Write check = put_of("tab", R"({"id":{"S":"b"}})", {.condition = "attribute_exists(id)"});
  Write there = {.action = DeleteItem{"tab", item_of(R"({"id":{"S":"a"}})")},
                 .expressions = expressions({.condition = "attribute_not_exists(n)"}),
                 .returns_on_failure = true};
  const Transacted refused = unwrap(store_->transact({put_of("tac", R"({"id":{"S":"x"}})"), check, there}));
  ASSERT_FALSE(refused.done());
  ASSERT_EQ(refused.reasons.size(), 3u);
  EXPECT_EQ(refused.reasons[0].reason, Reason::kNone);
  EXPECT_EQ(refused.reasons[1].reason, Reason::kConditionFailed);
  EXPECT_EQ(refused.reasons[2].item, item_of(R"({"id":{"S":"a"},"n":{"S":"no number"}})"));
  EXPECT_FALSE(get("tac", R"({"id":{"S":"x"}})"));
  const Transacted invalid = unwrap(store_->transact({put_of("tac", R"({"id":{"S":"x"}})"), add_of("a", 1)}));
  ASSERT_FALSE(invalid.done());
  EXPECT_EQ(invalid.reasons[1].reason, Reason::kInvalid);
  EXPECT_FALSE(get("tac", R"({"id":{"S":"x"}})"));
  EXPECT_EQ(unwrap(store_->describe_table("tac")).volume, Volume());
}

TEST_F(TransactionsTest, TouchEachItemOnce) {
  const auto refused = store_->transact({put_of("tab", R"({"id":{"S":"a"}})"), add_of("a", 1)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Transaction request cannot include multiple operations on one item");
}

TEST_F(TransactionsTest, ATokenIsDoneOnceWithinTenMinutes) {
  const ClientToken token{.text = "token", .digest = "one"};
  ASSERT_TRUE(unwrap(store_->transact({add_of("a", 5)}, token)).done());
  ASSERT_TRUE(unwrap(store_->transact({add_of("a", 5)}, token)).done());
  EXPECT_EQ(value("a"), 5);
  open();
  clock_.advance(std::chrono::minutes(9));
  ASSERT_TRUE(unwrap(store_->transact({add_of("a", 5)}, token)).done());
  EXPECT_EQ(value("a"), 5) << "also after a restart";
  EXPECT_EQ(store_->transact({add_of("a", 6)}, {.text = "token", .digest = "another"}).error().code,
            Errc::token_mismatch);
  clock_.advance(std::chrono::minutes(2));
  ASSERT_TRUE(unwrap(store_->transact({add_of("a", 6)}, {.text = "token", .digest = "another"})).done());
  EXPECT_EQ(value("a"), 11);
}

TEST_F(TransactionsTest, TokensAreForgottenWhenTheyAreOld) {
  for (int n = 0; n < 20; ++n) ASSERT_OK(store_->transact({add_of("a", 1)}, {.text = "old" + std::to_string(n)}));
  clock_.advance(std::chrono::minutes(11));
  for (int n = 0; n < 10; ++n) ASSERT_OK(store_->transact({add_of("a", 1)}, {.text = "new" + std::to_string(n)}));
  int rows = 0;
  const kv::Family family = unwrap(kv_->family("items.rows"));
  for (kv::Scan scan = kv_->scan(family, kv::Range::prefix(std::string(4, '\0'))); scan.valid(); scan.next()) ++rows;
  EXPECT_EQ(rows, 20) << "ten tokens, and when each expires";
}

TEST_F(TransactionsTest, ARefusedTokenMayComeAgain) {
  const ClientToken token{.text = "token", .digest = "one"};
  EXPECT_FALSE(unwrap(store_->transact({add_of("a", -5)}, token)).done());
  ASSERT_TRUE(unwrap(store_->transact({add_of("a", 5)})).done());
  EXPECT_TRUE(unwrap(store_->transact({add_of("a", -5)}, token)).done());
  EXPECT_EQ(value("a"), 0);
}

// Money is moved between accounts by many at once; the sum stays, no account goes below nothing, and whoever reads all
// accounts at one moment sees the sum.
TEST_F(TransactionsTest, MoveMoneyWithoutLosingAny) {
  constexpr int kAccounts = 8;
  constexpr int kEach = 100;
  for (int n = 0; n < kAccounts; ++n) ASSERT_OK(store_->write(add_of("a" + std::to_string(n), kEach)));
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      for (int n = 0; n < 100; ++n) {
        const int from = (t + n) % kAccounts;
        const int to = (from + 1 + n % (kAccounts - 1)) % kAccounts;
        const int amount = 1 + n % 60;
        EXPECT_OK(
            store_->transact({add_of("a" + std::to_string(from), -amount), add_of("a" + std::to_string(to), amount)}));
      }
    });
  }
  std::vector<Get> gets;
  for (int n = 0; n < kAccounts; ++n)
    gets.push_back({.table = "tab", .key = item_of(R"({"id":{"S":"a)" + std::to_string(n) + R"("}})")});
  for (int look = 0; look < 200; ++look) {
    int sum = 0;
    for (const Got& got : unwrap(store_->get_all(gets))) {
      const int n = std::stoi(got.item->find("n")->get_if<Number>()->to_string());
      EXPECT_GE(n, 0);
      sum += n;
    }
    ASSERT_EQ(sum, kAccounts * kEach);
  }
}

TEST_F(TransactionsTest, OfManyAddsNoneIsLost) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 32; ++t) {
    threads.emplace_back([this] {
      for (int n = 0; n < 25; ++n) EXPECT_OK(store_->write(add_of("a", 1)));
    });
  }
  threads.clear();
  EXPECT_EQ(value("a"), 800);
  open();
  EXPECT_EQ(value("a"), 800);
}

TEST_F(TransactionsTest, ATokenIsOfTheTablesThatItWasUsedOn) {
  const ClientToken token{.text = "once", .digest = "same"};
  ASSERT_TRUE(unwrap(store_->transact({add_of("a", 1)}, token)).done());
  ASSERT_OK(store_->delete_table("tab"));
  make_table("tab");
  const Transacted anew = unwrap(store_->transact({add_of("a", 1)}, token));
  EXPECT_FALSE(anew.was_done_before);
  EXPECT_EQ(value("a"), 1) << "another table of that name";
  const Transacted again = unwrap(store_->transact({add_of("a", 1)}, token));
  EXPECT_TRUE(again.was_done_before);
  EXPECT_EQ(value("a"), 1);
  EXPECT_EQ(again.capacity.at("tab").table_halves, 4u) << "twice what reading costs";
}

// Once the request itself is right, the first such write is told, and none of the others.
TEST_F(TransactionsTest, TellOfTheOneWhoseKeyItsTableDoesNotTake) {
  const Write typed = put_of("tab", R"({"id":{"N":"1"}})");
  const Write long_key{.action = DeleteItem{"tab", item_of(R"({"id":{"S":")" + std::string(2049, 'x') + R"("}})")}};
  const Transacted refused = unwrap(store_->transact({put_of("tab", R"({"id":{"S":"a"}})"), typed, long_key}));
  ASSERT_EQ(refused.reasons.size(), 3u);
  EXPECT_EQ(refused.reasons[0].reason, Reason::kNone);
  EXPECT_EQ(refused.reasons[1].reason, Reason::kInvalid);
  EXPECT_EQ(refused.reasons[1].message,
            "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N");
  EXPECT_EQ(refused.reasons[2].reason, Reason::kNone);
  EXPECT_FALSE(get("tab", R"({"id":{"S":"a"}})"));
  EXPECT_EQ(unwrap(store_->transact({long_key})).reasons.at(0).reason, Reason::kInvalid);
  EXPECT_EQ(store_->transact({typed, put_of("none", R"({"id":{"S":"a"}})")}).error().code, Errc::no_such_table);
  EXPECT_TRUE(store_->transact({typed, put_of("tab", R"({"id":{"S":""}})")}).error().is(ErrorClass::kUsage))
      << "what is empty is wrong with the whole request";
}

TEST_F(TransactionsTest, CountWhatTheyBringAndNotWhatUpdatesMake) {
  constexpr int kItems = 11;
  std::vector<Write> updates;
  for (int n = 0; n < kItems; ++n) {
    Item item;
    item.set("id", Value("k" + std::to_string(n)));
    Write update{.action = UpdateItem{"tab", item},
                 .expressions = expressions({.update = "SET n = :n", .values = R"({":n":{"N":"1"}})"})};
    item.set("x", Value(std::string(400'000, 'x')));
    ASSERT_OK(store_->write({.action = PutItem{"tab", item}}));
    updates.push_back(std::move(update));
  }
  EXPECT_TRUE(unwrap(store_->transact(updates)).done()) << "each is small, whatever it makes";
  EXPECT_TRUE(get("tab", R"({"id":{"S":"k0"}})")->contains("n"));
  for (Write& update : updates) {
    update.expressions =
        expressions({.update = "SET y = :y", .values = R"({":y":{"S":")" + std::string(395'000, 'y') + R"("}})"});
  }
  const auto refused = store_->transact(updates);
  ASSERT_FALSE(refused) << "their values are more than 4 MB";
  EXPECT_TRUE(refused.error().message.starts_with("Transaction payload size cannot exceed 4MB. Payload Size: 434"))
      << refused.error().message;
  EXPECT_FALSE(get("tab", R"({"id":{"S":"k0"}})")->contains("y"));
}

}  // namespace
}  // namespace caudal::items
