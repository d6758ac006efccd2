// SPDX-License-Identifier: Apache-2.0
// Handing over, one trouble at a time: refusals, retries, answers that come late, twice or never, and two that work on
// the same payments.
#include "payments/hand_over.h"

#include <gmock/gmock.h>

#include "payments/testing/payments_fixture.h"

namespace caudal::payments {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;

// Answers what the test says.
class ScriptedService final : public TransactionService {
 public:
  Result<std::vector<Answer>> submit(const std::vector<Instruction>& instructions) override {
    for (const Instruction& instruction : instructions) submitted.push_back(instruction.attempt.text());
    return answers_for(to_submit, instructions, [](const Instruction& one) { return one.attempt; });
  }
  Result<std::vector<Answer>> ask(const std::vector<AttemptId>& attempts) override {
    for (const AttemptId& attempt : attempts) asked.push_back(attempt.text());
    return answers_for(to_ask, attempts, [](const AttemptId& one) { return one; });
  }

  // What is answered to each; nothing: no answer.
  std::optional<Answer> to_submit = {};
  std::optional<Answer> to_ask = {};
  std::vector<std::string> submitted = {};
  std::vector<std::string> asked = {};

 private:
  template <class All, class AttemptOf>
  static std::vector<Answer> answers_for(const std::optional<Answer>& script, const All& all, const AttemptOf& of) {
    std::vector<Answer> answers;
    for (const auto& one : all) {
      if (!script) continue;
      answers.push_back(*script);
      answers.back().attempt = of(one);
    }
    return answers;
  }
};

class HandOverTest : public PaymentsFixture {
 protected:
  HandOverTest() {
    hand_over_ = another("one");
    id_ = insert({}).payment.id;
  }
  std::unique_ptr<HandOver> another(const std::string& who) {
    HandOverOptions options{.who = who, .threads = 1};
    options.retries = {.attempts = 3, .first_delay = minutes(10), .factor = 2};
    return std::make_unique<HandOver>(*payments_, scripted_, clock_, options);
  }
  Answer answer(Outcome outcome, std::string transaction = "tx-1") const {
    Answer answer{.attempt = {.payment = id_, .number = 1}, .outcome = outcome};
    if (outcome == Outcome::kDone) answer.transaction = unwrap(TransactionId::parse(transaction));
    if (outcome == Outcome::kRefused) answer.reason = "no money";
    return answer;
  }
  Answer refusal(bool may_retry) const {
    Answer refused = answer(Outcome::kRefused);
    refused.may_retry = may_retry;
    return refused;
  }
  // As another client changes an item in place.
  void edit(const Payment& payment, const std::string& set, const std::string& values) {
    items::Item key;
    for (const char* name : {"PK", "SK"}) key.set(name, *payment.stored->find(name));
    ASSERT_OK(store_->write({.action = items::UpdateItem{"BankPayments", std::move(key)},
                             .expressions = items::expressions({.update = "SET " + set, .values = values})}));
  }
  Report run() { return unwrap(hand_over_->hand_over(day("2027-01-20"))); }
  Status status() { return find(id_).status; }

  ScriptedService scripted_;
  PaymentId id_{.account = unwrap(AccountId::parse("none")), .sequence = "0"};
};

TEST_F(HandOverTest, ARefusalForGoodFailsThePayment) {
  scripted_.to_submit = refusal(false);
  EXPECT_EQ(run().failed, 1U);
  const Payment failed = find(id_);
  EXPECT_EQ(failed.status, Status::kFailed);
  EXPECT_EQ(failed.reason, "no money");
  EXPECT_EQ(failed.transaction, std::nullopt);
  EXPECT_EQ(run().handed_over, 0U);
  EXPECT_EQ(payments_->cancel(id_, kAna).error().code, Errc::too_late);
}

TEST_F(HandOverTest, ARefusalForNowIsTriedAgainAsAnotherAttemptUntilTheLast) {
  scripted_.to_submit = refusal(true);
  EXPECT_EQ(run().to_retry, 1U);
  EXPECT_EQ(status(), Status::kScheduled);
  EXPECT_EQ(run().handed_over, 0U);
  clock_.advance(minutes(10));
  EXPECT_EQ(run().to_retry, 1U);
  clock_.advance(minutes(19));
  EXPECT_EQ(run().handed_over, 0U);
  clock_.advance(minutes(1));
  EXPECT_EQ(run().failed, 1U);
  EXPECT_THAT(scripted_.submitted, ElementsAre(id_.text() + ":1", id_.text() + ":2", id_.text() + ":3"));
  EXPECT_EQ(status(), Status::kFailed);
}

TEST_F(HandOverTest, WhatWaitsForAnotherAttemptCanBeCancelled) {
  scripted_.to_submit = refusal(true);
  run();
  EXPECT_EQ(unwrap(payments_->cancel(id_, kAna)).status, Status::kCancelled);
  clock_.advance(std::chrono::hours(5));
  EXPECT_EQ(run().handed_over, 0U);
  // The refusal comes once more.
  EXPECT_OK(hand_over_->settle({refusal(true)}));
  EXPECT_EQ(status(), Status::kCancelled);
}

TEST_F(HandOverTest, AnAnswerThatNeverCameIsAskedForAfterTheLeaseAndNeverAssumed) {
  EXPECT_EQ(run().unanswered, 1U);
  EXPECT_EQ(status(), Status::kPending);
  EXPECT_EQ(unwrap(hand_over_->resolve()).unanswered, 1U);
  EXPECT_THAT(scripted_.asked, testing::IsEmpty());
  EXPECT_EQ(payments_->cancel(id_, kAna).error().code, Errc::too_late);
  clock_.advance(minutes(5));
  // Still nothing.
  EXPECT_EQ(unwrap(hand_over_->resolve()).unanswered, 1U);
  clock_.advance(minutes(5));
  scripted_.to_ask = answer(Outcome::kUnderWay);
  EXPECT_EQ(unwrap(hand_over_->resolve()).unanswered, 1U);
  clock_.advance(minutes(5));
  scripted_.to_ask = answer(Outcome::kDone);
  EXPECT_EQ(unwrap(hand_over_->resolve()).processed, 1U);
  EXPECT_EQ(status(), Status::kProcessed);
  EXPECT_THAT(scripted_.submitted, ElementsAre(id_.text() + ":1"));
}

// Gives up, as one over a network does, after three in a row that it has no answer for; the other answers are final.
class GivesUpService final : public TransactionService {
 public:
  Result<std::vector<Answer>> submit(const std::vector<Instruction>&) override { return std::vector<Answer>(); }
  Result<std::vector<Answer>> ask(const std::vector<AttemptId>& attempts) override {
    std::vector<Answer> answers;
    int in_vain = 0;
    for (const AttemptId& attempt : attempts) {
      if (attempt.payment.account.text() == "0-dead") {
        if (++in_vain == 3) break;
        continue;
      }
      in_vain = 0;
      answers.push_back({.attempt = attempt, .outcome = Outcome::kRefused, .reason = "no"});
    }
    return answers;
  }
};

TEST_F(HandOverTest, WhatCannotBeResolvedKeepsNoOtherFromIt) {
  for (int n = 0; n < 6; ++n) insert({.account = "0-dead", .reference = fmt::format("r{}", n)});
  for (int n = 0; n < 20; ++n) insert({.account = fmt::format("alive-{}", n)});
  GivesUpService service;
  HandOver hand_over(*payments_, service, clock_, {.threads = 1});
  EXPECT_EQ(unwrap(hand_over.hand_over(day("2027-01-20"))).unanswered, 27U);
  uint64_t failed = 0;
  for (int round = 0; round < 30 && failed < 21; ++round) {
    clock_.advance(minutes(5) + std::chrono::seconds(round));
    failed += unwrap(hand_over.resolve()).failed;
  }
  EXPECT_EQ(failed, 21U);
  EXPECT_EQ(unwrap(payments_->count({.status = Status::kPending})), 6U);
}

TEST_F(HandOverTest, WhatTheServiceNeverSawIsSentAgainAsTheSameAttempt) {
  run();
  clock_.advance(minutes(5));
  scripted_.to_ask = answer(Outcome::kNeverSeen);
  scripted_.to_submit = answer(Outcome::kDone);
  EXPECT_EQ(unwrap(hand_over_->resolve()).processed, 1U);
  EXPECT_THAT(scripted_.submitted, ElementsAre(id_.text() + ":1", id_.text() + ":1"));
  EXPECT_EQ(find(id_).attempts, 1U);
}

TEST_F(HandOverTest, AnAnswerCountsOnceHoweverLateAndOften) {
  run();
  EXPECT_EQ(unwrap(hand_over_->settle({answer(Outcome::kDone), answer(Outcome::kDone)})).processed, 1U);
  const uint64_t version = find(id_).version;
  EXPECT_EQ(unwrap(hand_over_->archive()).archived, 1U);
  const Report late = unwrap(hand_over_->settle({answer(Outcome::kDone), answer(Outcome::kUnderWay)}));
  EXPECT_EQ(late.processed, 0U);
  EXPECT_THAT(late.problems, testing::IsEmpty());
  EXPECT_EQ(find(id_).version, version + 1);
}

TEST_F(HandOverTest, ARefusalOfAnEarlierAttemptChangesNothing) {
  scripted_.to_submit = refusal(true);
  run();
  clock_.advance(minutes(10));
  scripted_.to_submit = std::nullopt;
  run();
  EXPECT_EQ(status(), Status::kPending);
  EXPECT_OK(hand_over_->settle({refusal(false)}));
  EXPECT_EQ(status(), Status::kPending);
  Answer second = answer(Outcome::kDone);
  second.attempt.number = 2;
  EXPECT_EQ(unwrap(hand_over_->settle({second})).processed, 1U);
}

TEST_F(HandOverTest, AContradictionIsTold) {
  scripted_.to_submit = refusal(false);
  run();
  const Report report = unwrap(hand_over_->settle({answer(Outcome::kDone, "tx-9")}));
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0], HasSubstr(":1 moved the money by tx-9, but the payment is FAILED"));
  EXPECT_EQ(status(), Status::kFailed);
}

TEST_F(HandOverTest, MoneyThatMovedAfterARefusalIsNotMovedAgain) {
  scripted_.to_submit = refusal(true);
  EXPECT_EQ(run().to_retry, 1U);
  const Report report = unwrap(hand_over_->settle({answer(Outcome::kDone)}));
  EXPECT_THAT(report.problems, ElementsAre(HasSubstr("moved the money by tx-1, but the payment is SCHEDULED")));
  EXPECT_EQ(status(), Status::kProcessed);
  EXPECT_EQ(find(id_).transaction->text(), "tx-1");
  clock_.advance(std::chrono::hours(5));
  EXPECT_EQ(run().handed_over, 0U);
}

TEST_F(HandOverTest, ARefusalOfWhatMovedTheMoneyIsTold) {
  scripted_.to_submit = answer(Outcome::kDone);
  run();
  const Report report = unwrap(hand_over_->settle({refusal(false)}));
  EXPECT_THAT(report.problems, ElementsAre(HasSubstr("was refused, but it moved the money before")));
  EXPECT_EQ(status(), Status::kProcessed);
}

TEST_F(HandOverTest, WhatAnotherClientTookOverAfterARefusalIsLeftToIt) {
  scripted_.to_submit = refusal(true);
  EXPECT_EQ(run().to_retry, 1U);
  // As the notebook of a bank does it: the whole item under the new key, with all that was in it.
  const items::Item scheduled = *find(id_).stored;
  items::Item taken = scheduled;
  const std::string key = scheduled.find("SK")->get_if<std::string>()->substr(std::string("SCHEDULED").size());
  taken.set("SK", items::Value("PENDING" + key));
  const std::string& table = payments_->options().tables.payments;
  std::vector<items::Write> writes;
  writes.push_back({.action = items::PutItem{table, taken}});
  items::Item old_key;
  for (const char* name : {"PK", "SK"}) old_key.set(name, *scheduled.find(name));
  writes.push_back({.action = items::DeleteItem{table, old_key}});
  ASSERT_TRUE(unwrap(payments_->store().transact(std::move(writes))).done());
  ASSERT_EQ(status(), Status::kPending);
  clock_.advance(std::chrono::hours(5));
  scripted_.to_ask = refusal(true);
  EXPECT_EQ(unwrap(hand_over_->resolve()).to_retry, 0U);
  EXPECT_OK(hand_over_->settle({refusal(true)}));
  EXPECT_TRUE(scripted_.asked.empty());
  EXPECT_EQ(status(), Status::kPending);
}

TEST_F(HandOverTest, TwoThatOverlapHandOverOnce) {
  for (int n = 0; n < 100; ++n) insert({.reference = fmt::format("r{}", n)});
  scripted_.to_submit = answer(Outcome::kUnderWay);
  const auto other = another("two");
  // As both see it before either has claimed any.
  const Page seen = unwrap(payments_->of_dates({.status = Status::kScheduled}, {.limit = 1000}));
  EXPECT_EQ(run().handed_over, 101U);
  std::vector<Move> moves;
  for (const Payment& payment : seen.payments) {
    Move& move = moves.emplace_back(Move{.before = payment, .after = payment, .because = {.who = "two"}});
    move.after.status = Status::kPending;
    ++move.after.version;
  }
  for (const Moved moved : unwrap(payments_->move_all(moves))) EXPECT_EQ(moved, Moved::kOvertaken);
  EXPECT_EQ(unwrap(other->hand_over(day("2027-01-20"))).handed_over, 0U);
  EXPECT_EQ(scripted_.submitted.size(), 101U);
}

// Somebody who corrects an amount in place, between a page of what is due and its hand-over, and leaves Version as it
// is.
class EditsOnce final : public TransactionService {
 public:
  explicit EditsOnce(std::function<void()> edit) : edit_(std::move(edit)) {}
  Result<std::vector<Answer>> submit(const std::vector<Instruction>& instructions) override {
    std::vector<Answer> answers;
    for (const Instruction& one : instructions) amounts.push_back(one.money.text());
    edit_();
    for (const Instruction& one : instructions) {
      answers.push_back({.attempt = one.attempt, .outcome = Outcome::kRefused, .reason = "no", .may_retry = true});
    }
    return answers;
  }
  Result<std::vector<Answer>> ask(const std::vector<AttemptId>&) override { return std::vector<Answer>(); }
  std::vector<std::string> amounts;

 private:
  const std::function<void()> edit_;
};

TEST_F(HandOverTest, WhatIsEditedInPlaceIsNeitherWrittenOverNorPaidAsItWas) {
  const Payment read = find(id_);
  edit(read, "DataBlob.Amount = :v", R"({":v":{"N":"99"}})");
  // As it was read before: the claim is refused, and the next one sees what is there.
  std::vector<Move> claims;
  claims.push_back({.before = read, .after = read, .because = kAna});
  claims.front().after.status = Status::kPending;
  ++claims.front().after.version;
  EXPECT_EQ(unwrap(payments_->move_all(claims)).front(), Moved::kOvertaken);
  EXPECT_EQ(find(id_).money.text(), "99.00 BRL");
  // Edited while the service has it: what it answers is put down beside what was edited.
  EditsOnce service([this] { edit(find(id_), "DataBlob.Memo = :v", R"({":v":{"S":"rent"}})"); });
  HandOver hand_over(*payments_, service, clock_, {.threads = 1});
  EXPECT_EQ(unwrap(hand_over.hand_over(day("2027-01-20"))).to_retry, 1U);
  EXPECT_THAT(service.amounts, ElementsAre("99.00 BRL"));
  const Payment after = find(id_);
  EXPECT_EQ(after.status, Status::kScheduled);
  EXPECT_EQ(after.money.text(), "99.00 BRL");
  EXPECT_EQ(*after.stored->find("DataBlob")->get_if<items::Map>()->find("Memo")->get_if<std::string>(), "rent");
}

TEST_F(HandOverTest, ALeaseIsRenewedWithoutWritingOverTheRest) {
  run();
  const Payment read = find(id_);
  std::vector<Move> renewals;
  renewals.push_back({.before = read, .after = read, .because = kAna});
  renewals.front().after.lease_until = clock_.now() + minutes(7);
  ++renewals.front().after.version;
  EXPECT_EQ(unwrap(payments_->move_all(renewals)).front(), Moved::kDone);
  EXPECT_EQ(find(id_).lease_until, clock_.now() + minutes(7));
  EXPECT_EQ(*renewals.front().after.stored, *find(id_).stored);
  edit(find(id_), "ScheduledDate = :v", R"({":v":{"S":"2027-01-22"}})");
  renewals.front().before = renewals.front().after;
  ++renewals.front().after.version;
  EXPECT_EQ(unwrap(payments_->move_all(renewals)).front(), Moved::kOvertaken);
  EXPECT_EQ(find(id_).scheduled, day("2027-01-22"));
}

TEST_F(HandOverTest, ItemsWithManyAttributesOfOthersMoveToo) {
  items::Item item = *find(id_).stored;
  for (int n = 0; n < 200; ++n) item.set(fmt::format("Extra{:03}", n), items::Value(items::Number(n)));
  ASSERT_OK(store_->write({.action = items::PutItem{"BankPayments", item}}));
  scripted_.to_submit = answer(Outcome::kDone);
  EXPECT_EQ(run().processed, 1U);
  EXPECT_EQ(find(id_).stored->find("Extra199")->get_if<items::Number>()->to_int64(), 199);
}

TEST_F(HandOverTest, WhatOthersPutIntoTheTablesIsHandedOverTooAndKeepsTheirAttributes) {
  ASSERT_TRUE(put("BankPayments", R"({"PK":{"S":"77#PAYMENT"},"SK":{"S":"SCHEDULED#1800403200"},"AccountId":{"S":"77"},
      "ScheduledDate":{"S":"2027-01-20"},"Status":{"S":"SCHEDULED"},"GSI1PK":{"S":"SCHEDULED#2"},
      "GSI1SK":{"S":"2027-01-20"},"Channel":{"S":"branch"},"ClientReference":{"S":"theirs"},"DataBlob":{"M":
      {"Amount":{"N":"10.5"},"Currency":{"S":"BRL"},"BeneficiaryId":{"S":"b"},"Memo":{"S":"hello"}}}})"));
  scripted_.to_submit = answer(Outcome::kDone, "tx-77");
  EXPECT_EQ(unwrap(hand_over_->hand_over(day("2027-01-20"))).processed, 2U);
  const Payment theirs = find({.account = unwrap(AccountId::parse("77")), .sequence = "1800403200"});
  EXPECT_EQ(theirs.status, Status::kProcessed);
  EXPECT_EQ(theirs.version, 2U);
  EXPECT_EQ(*theirs.stored->find("Channel")->get_if<std::string>(), "branch");
  EXPECT_EQ(*theirs.stored->find("ClientReference")->get_if<std::string>(), "theirs");
  EXPECT_TRUE(theirs.stored->find("DataBlob")->get_if<items::Map>()->contains("Memo"));
  EXPECT_THAT(history(theirs.id), ElementsAre("1 SCHEDULED PENDING", "2 PENDING PROCESSED"));
}

TEST_F(HandOverTest, WhatIsNoPaymentIsToldAndHoldsUpNobody) {
  ASSERT_TRUE(
      put("BankPayments", R"({"PK":{"S":"77#PAYMENT"},"SK":{"S":"SCHEDULED#1800403200"},"GSI1PK":{"S":"SCHEDULED#2"},
      "GSI1SK":{"S":"2027-01-20"},"ScheduledDate":{"S":"2027-01-20"}})"));
  scripted_.to_submit = answer(Outcome::kDone);
  const Report report = run();
  EXPECT_EQ(report.processed, 1U);
  EXPECT_THAT(report.problems, ElementsAre("the item 77#PAYMENT / SCHEDULED#1800403200 is no payment: DataBlob is "
                                           "missing, or no map"));
}

TEST_F(HandOverTest, OneTransactionForTwoPaymentsIsToldAndNotArchivedTwice) {
  const PaymentId other = insert({.reference = "other"}).payment.id;
  scripted_.to_submit = answer(Outcome::kDone, "tx-same");
  EXPECT_EQ(run().processed, 2U);
  for (const uint64_t archived : {1U, 0U}) {
    const Report report = unwrap(hand_over_->archive());
    EXPECT_EQ(report.archived, archived);
    ASSERT_EQ(report.problems.size(), 1U);
    EXPECT_THAT(report.problems[0], HasSubstr("have the same transaction tx-same"));
  }
  EXPECT_EQ(all("BankPaymentsProcessed").size(), 1U);
  EXPECT_NE(find(id_).status, find(other).status);
}

}  // namespace
}  // namespace caudal::payments
