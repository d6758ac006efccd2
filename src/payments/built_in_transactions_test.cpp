// SPDX-License-Identifier: Apache-2.0
// The transaction service that comes along: the same for every attempt however often it comes, what the seed says about
// it, and a ledger that anybody can read.
#include "payments/built_in_transactions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "items/testing/items_fixture.h"

namespace caudal::payments {
namespace {

class BuiltInTransactionsTest : public items::ItemsFixture {
 protected:
  BuiltInTransactionsTest() { plan_.skip_syncs(true); }
  std::unique_ptr<BuiltInTransactions> service(BuiltInOptions options = {}) {
    return unwrap(BuiltInTransactions::open(*store_, clock_, std::move(options)));
  }
  static Instruction instruction(int number, const std::string& amount = "1.50") {
    return {.attempt = unwrap(AttemptId::parse(fmt::format("a-1:{}:1", number))),
            .money = unwrap(Money::parse(amount, "BRL")),
            .beneficiary = unwrap(BeneficiaryId::parse("landlord")),
            .scheduled = unwrap(parse_date("2027-01-20"))};
  }
  static std::vector<Instruction> many(int count) {
    std::vector<Instruction> all;
    for (int n = 1; n <= count; ++n) all.push_back(instruction(n));
    return all;
  }
  static std::vector<AttemptId> attempts_of(const std::vector<Instruction>& instructions) {
    std::vector<AttemptId> attempts;
    for (const Instruction& one : instructions) attempts.push_back(one.attempt);
    return attempts;
  }
  // "attempt outcome transaction reason", in order.
  static std::vector<std::string> words(const std::vector<Answer>& answers) {
    std::vector<std::string> all;
    for (const Answer& one : answers) {
      all.push_back(fmt::format("{} {} {} {} {}", one.attempt.text(), static_cast<int>(one.outcome),
                                one.transaction ? one.transaction->text() : "-", one.reason, one.may_retry));
    }
    std::ranges::sort(all);
    return all;
  }
  static size_t count(const std::vector<Answer>& answers, Outcome outcome) {
    return static_cast<size_t>(std::ranges::count(answers, outcome, &Answer::outcome));
  }
};

TEST_F(BuiltInTransactionsTest, AnAttemptIsDoneOnceAndAnsweredLikeTheFirstTime) {
  const auto first = unwrap(service()->submit({instruction(1)}));
  ASSERT_EQ(count(first, Outcome::kDone), 1U);
  clock_.advance(std::chrono::hours(1));
  open();
  EXPECT_EQ(words(unwrap(service()->submit({instruction(1, "99.00")}))), words(first)) << "whatever else it says";
  EXPECT_EQ(words(unwrap(service()->ask({instruction(1).attempt}))), words(first));
  EXPECT_EQ(unwrap(service()->submit({instruction(1)})).front().at, first.front().at);
  EXPECT_NE(words(unwrap(service()->submit({instruction(2)}))), words(first));
  EXPECT_EQ(count(unwrap(service()->ask({instruction(3).attempt})), Outcome::kNeverSeen), 1U);
}

TEST_F(BuiltInTransactionsTest, TheLedgerSaysWhatWasToMove) {
  Instruction told = instruction(1);
  told.purpose = unwrap(Purpose::parse("rent of März"));
  const auto answers = unwrap(service()->submit({told}));
  const auto entry = get("BankTransactions", R"({"id":{"S":"a-1:1:1"}})");
  ASSERT_TRUE(entry);
  EXPECT_EQ(*entry->find("Amount"), items::Value(unwrap(items::Number::parse("1.5"))));
  EXPECT_EQ(*entry->find("Currency"), items::Value("BRL"));
  EXPECT_EQ(*entry->find("AccountId"), items::Value("a-1"));
  EXPECT_EQ(*entry->find("BeneficiaryId"), items::Value("landlord"));
  EXPECT_EQ(*entry->find("Purpose"), items::Value("rent of März"));
  EXPECT_EQ(*entry->find("TransactionId"), items::Value(answers.front().transaction->text()));
  ASSERT_OK(service()->submit({instruction(2)}));
  EXPECT_FALSE(get("BankTransactions", R"({"id":{"S":"a-1:2:1"}})")->contains("Purpose"));
}

TEST_F(BuiltInTransactionsTest, SharesAreDrawnByTheAttemptAndTheSeed) {
  const auto all = many(1000);
  const BuiltInOptions options{.refused = 100, .refused_first = 200};
  const auto answers = unwrap(service(options)->submit(all));
  ASSERT_EQ(answers.size(), 1000U);
  const size_t refused = count(answers, Outcome::kRefused);
  const auto again = static_cast<size_t>(std::ranges::count_if(answers, &Answer::may_retry));
  EXPECT_THAT(refused - again, testing::AllOf(testing::Gt(60U), testing::Lt(140U)));
  EXPECT_THAT(again, testing::AllOf(testing::Gt(130U), testing::Lt(240U)));
  // In a store where nothing of it is known yet: the same seed is the same bank, and another is another.
  ASSERT_OK(store_->delete_table("BankTransactions"));
  EXPECT_EQ(words(unwrap(service(options)->submit(all))), words(answers));
  ASSERT_OK(store_->delete_table("BankTransactions"));
  BuiltInOptions other = options;
  other.seed = 2;
  EXPECT_NE(words(unwrap(service(other)->submit(all))), words(answers));
}

TEST_F(BuiltInTransactionsTest, LosesAnswersButNotWhatWasDone) {
  const auto all = many(200);
  const auto bank = service({.unanswered = 500});
  const auto answers = unwrap(bank->submit(all));
  EXPECT_THAT(answers.size(), testing::AllOf(testing::Gt(60U), testing::Lt(140U)));
  EXPECT_EQ(count(unwrap(bank->ask(attempts_of(all))), Outcome::kDone), 200U);
  EXPECT_EQ(unwrap(bank->submit(all)).size(), 200U) << "asked again it answers";
}

TEST_F(BuiltInTransactionsTest, RepeatsAnswers) {
  const auto answers = unwrap(service({.repeated = 1000})->submit(many(3)));
  ASSERT_EQ(answers.size(), 6U);
  const auto all = words(answers);
  for (size_t n = 0; n < all.size(); n += 2) EXPECT_EQ(all[n], all[n + 1]);
}

TEST_F(BuiltInTransactionsTest, KnowsAfterItsDelay) {
  const auto bank = service({.refused = 500, .delay = std::chrono::seconds(90)});
  const auto all = many(20);
  EXPECT_EQ(count(unwrap(bank->submit(all)), Outcome::kUnderWay), 20U);
  clock_.advance(std::chrono::seconds(89));
  EXPECT_EQ(count(unwrap(bank->ask(attempts_of(all))), Outcome::kUnderWay), 20U);
  clock_.advance(std::chrono::seconds(1));
  const auto known = unwrap(bank->ask(attempts_of(all)));
  EXPECT_EQ(count(known, Outcome::kUnderWay), 0U);
  EXPECT_GT(count(known, Outcome::kRefused), 0U);
  EXPECT_GT(count(known, Outcome::kDone), 0U);
}

}  // namespace
}  // namespace caudal::payments
