// SPDX-License-Identifier: Apache-2.0
// The life of a payment, from being asked for to being archived, and what each question about it answers.
#include "payments/payments.h"

#include <gmock/gmock.h>

#include "payments/testing/passing_store.h"
#include "payments/testing/payments_fixture.h"

namespace caudal::payments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using PaymentsTest = PaymentsFixture;

// Does something once, before the next transaction.
class BetweenStore final : public PassingStore {
 public:
  BetweenStore(items::Store& real, std::function<void()> between) : PassingStore(real), between_(std::move(between)) {}
  void arm() { is_armed_ = true; }
  using Store::transact;
  void transact(std::vector<items::Write> writes, const items::ClientToken& token, TransactDone done) override {
    if (std::exchange(is_armed_, false)) between_();
    PassingStore::transact(std::move(writes), token, std::move(done));
  }

 private:
  const std::function<void()> between_;
  bool is_armed_ = false;
};

std::vector<std::string> references(const Page& page) {
  std::vector<std::string> all;
  for (const Payment& payment : page.payments) all.push_back(payment.reference ? payment.reference->text() : "-");
  return all;
}

TEST_F(PaymentsTest, LiveFromScheduledToArchived) {
  const Inserted made = insert({});
  EXPECT_FALSE(made.is_repeated);
  EXPECT_EQ(made.payment.status, Status::kScheduled);
  EXPECT_EQ(made.payment.money.text(), "1234.50 BRL");
  const PaymentId id = made.payment.id;

  EXPECT_EQ(unwrap(hand_over_->hand_over(day("2027-01-19"))).handed_over, 0U);
  const Report handed = unwrap(hand_over_->hand_over(day("2027-01-20")));
  EXPECT_EQ(handed.handed_over, 1U);
  EXPECT_EQ(handed.processed, 1U);
  const Payment processed = find(id);
  EXPECT_EQ(processed.status, Status::kProcessed);
  ASSERT_TRUE(processed.transaction.has_value());
  EXPECT_EQ(unwrap(payments_->find_by_transaction(*processed.transaction)).id, id);

  EXPECT_EQ(unwrap(hand_over_->archive()).archived, 1U);
  EXPECT_EQ(find(id).status, Status::kArchived);
  const Payment archived = unwrap(payments_->find_by_transaction(*processed.transaction));
  EXPECT_EQ(archived.id, id);
  EXPECT_EQ(archived.money.text(), "1234.50 BRL");
  EXPECT_THAT(history(id),
              ElementsAre("1 - SCHEDULED", "2 SCHEDULED PENDING", "3 PENDING PROCESSED", "4 PROCESSED ARCHIVED"));
}

TEST_F(PaymentsTest, AreStoredAsThePublishedModelHasThem) {
  const PaymentId id = insert({}).payment.id;
  EXPECT_EQ(id.sequence.substr(0, 10), "1800403200");
  EXPECT_EQ(id.sequence.size(), 19U);
  const auto item = get("BankPayments",
                        fmt::format(R"({{"PK":{{"S":"0001-42#PAYMENT"}},"SK":{{"S":"SCHEDULED#{}"}}}})", id.sequence));
  ASSERT_TRUE(item.has_value());
  EXPECT_EQ(*item->find("AccountId")->get_if<std::string>(), "0001-42");
  EXPECT_EQ(*item->find("ScheduledDate")->get_if<std::string>(), "2027-01-20");
  EXPECT_EQ(*item->find("GSI1SK")->get_if<std::string>(), "2027-01-20");
  EXPECT_EQ(*item->find("Status")->get_if<std::string>(), "SCHEDULED");
  EXPECT_THAT(*item->find("GSI1PK")->get_if<std::string>(), testing::MatchesRegex("SCHEDULED#[1-5]"));
  const auto* data = item->find("DataBlob")->get_if<items::Map>();
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(data->find("Amount")->get_if<items::Number>()->to_string(), "1234.5");
  EXPECT_EQ(*data->find("Currency")->get_if<std::string>(), "BRL");
  EXPECT_EQ(*data->find("BeneficiaryId")->get_if<std::string>(), "landlord");
}

TEST_F(PaymentsTest, KeepWhatTheyAreForThroughTheirLife) {
  const PaymentId id = insert({.purpose = "rent, März"}).payment.id;
  EXPECT_EQ(find(id).purpose->text(), "rent, März");
  EXPECT_EQ(*find(id).stored->find("DataBlob")->get_if<items::Map>()->find("Purpose")->get_if<std::string>(),
            "rent, März");
  EXPECT_TRUE(insert({.purpose = "another"}).is_repeated) << "it tells no two payments apart";
  ASSERT_OK(hand_over_->hand_over(day("2027-01-20")));
  ASSERT_OK(hand_over_->archive());
  EXPECT_EQ(find(id).purpose->text(), "rent, März");
  const Page archived = unwrap(payments_->archived_of_account({.account = id.account}, {}));
  ASSERT_EQ(archived.payments.size(), 1U);
  EXPECT_EQ(archived.payments[0].purpose->text(), "rent, März");
  EXPECT_FALSE(find(insert({.reference = "rent-2"}).payment.id).purpose);
}

// Other clients of the tables keep there what they like.
TEST_F(PaymentsTest, AreReadableWhateverElseTheirPurposeIs) {
  const Payment payment = insert({.purpose = "rent"}).payment;
  for (const items::Value& other : {items::Value(items::Number(7)), items::Value("a\nb"), items::Value("")}) {
    items::Item item = *find(payment.id).stored;
    items::Item data = *item.find("DataBlob")->get_if<items::Map>();
    data.set("Purpose", other);
    item.set("DataBlob", items::Value(std::move(data)));
    unwrap(store_->write({.action = items::PutItem{"BankPayments", item}}));
    EXPECT_FALSE(find(payment.id).purpose);
  }
}

TEST_F(PaymentsTest, ThatComeAgainChangeNothing) {
  const PaymentId id = insert({}).payment.id;
  EXPECT_TRUE(insert({}).is_repeated);
  ASSERT_OK(hand_over_->hand_over(day("2027-01-20")));
  // Also after the ten minutes that tokens of transactions live, and after its date.
  clock_.advance(std::chrono::days(400));
  const Inserted again = insert({});
  EXPECT_TRUE(again.is_repeated);
  EXPECT_EQ(again.payment.id, id);
  EXPECT_EQ(again.payment.status, Status::kProcessed);
  EXPECT_EQ(all("BankPayments").size(), 1U);
}

TEST_F(PaymentsTest, RefuseAReferenceThatAnotherPaymentHas) {
  insert({});
  for (const Asked& other : {Asked{.amount = "1234.51"}, Asked{.scheduled = "2027-01-21"},
                             Asked{.beneficiary = "another"}, Asked{.amount = "1234", .currency = "CLP"}}) {
    const auto refused = payments_->insert(payment_of(other), kAna);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::reference_taken);
    EXPECT_THAT(refused.error().message, HasSubstr("2027-01-20 1234.50 BRL landlord"));
  }
  EXPECT_FALSE(insert({.account = "0001-43"}).is_repeated);
  EXPECT_EQ(all("BankPayments").size(), 2U);
}

TEST_F(PaymentsTest, OfOneSecondAllLive) {
  std::vector<NewPayment> asked;
  for (int n = 0; n < 500; ++n) asked.push_back(payment_of({.reference = fmt::format("r{}", n)}));
  for (const auto& inserted : unwrap(payments_->insert_all(asked, kAna))) EXPECT_FALSE(unwrap(inserted).is_repeated);
  EXPECT_EQ(all("BankPayments").size(), 500U);
  for (const auto& inserted : unwrap(payments_->insert_all(asked, kAna))) EXPECT_TRUE(unwrap(inserted).is_repeated);
}

TEST_F(PaymentsTest, AreToldOneByOneWhenSomeOfManyAreRefused) {
  insert({.reference = "a"});
  const std::vector<NewPayment> asked = {payment_of({.reference = "a"}),
                                         payment_of({.reference = "b"}),
                                         payment_of({.reference = "b"}),
                                         payment_of({.reference = "c", .scheduled = "2027-01-14"}),
                                         payment_of({.reference = "a", .amount = "1.00"}),
                                         payment_of({.reference = "d", .scheduled = "2027-01-15"})};
  const auto outcomes = unwrap(payments_->insert_all(asked, kAna));
  EXPECT_TRUE(unwrap(outcomes[0]).is_repeated);
  EXPECT_FALSE(unwrap(outcomes[1]).is_repeated);
  EXPECT_TRUE(unwrap(outcomes[2]).is_repeated);
  ASSERT_FALSE(outcomes[3]);
  EXPECT_EQ(outcomes[3].error().message, "the date 2027-01-14 is past; today is 2027-01-15");
  ASSERT_FALSE(outcomes[4]);
  EXPECT_EQ(outcomes[4].error().code, Errc::reference_taken);
  EXPECT_FALSE(unwrap(outcomes[5]).is_repeated);
}

TEST_F(PaymentsTest, AreCancelledBeforeTheyAreHandedOverOnly) {
  const PaymentId id = insert({}).payment.id;
  const auto stale = payments_->cancel(id, kAna, 7);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, Errc::changed);
  EXPECT_EQ(unwrap(payments_->cancel(id, kAna, 1)).status, Status::kCancelled);
  EXPECT_EQ(unwrap(payments_->cancel(id, kAna)).version, 2U);
  EXPECT_EQ(unwrap(hand_over_->hand_over(day("2027-01-20"))).handed_over, 0U);
  EXPECT_TRUE(insert({}).is_repeated);
  EXPECT_EQ(find(id).status, Status::kCancelled);

  const PaymentId other = insert({.reference = "other"}).payment.id;
  ASSERT_OK(hand_over_->hand_over(day("2027-01-20")));
  const auto late = payments_->cancel(other, kAna);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::too_late);
}

TEST_F(PaymentsTest, ThatAreEditedInPlaceAreNotCancelledAsTheyWere) {
  // Somebody else edits between what cancelling reads and what it writes.
  const PaymentId id = insert({}).payment.id;
  items::Item key;
  for (const char* name : {"PK", "SK"}) key.set(name, *find(id).stored->find(name));
  const auto edit = [&] {
    unwrap(store_->write(
        {.action = items::UpdateItem{"BankPayments", key},
         .expressions = items::expressions({.update = "SET DataBlob.Memo = :n", .values = R"({":n":{"S":"x"}})"})}));
  };
  BetweenStore between(*store_, edit);
  const auto payments = unwrap(Payments::open(between, clock_, {}));
  between.arm();
  const auto changed = payments->cancel(id, kAna);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, Errc::changed);
  EXPECT_EQ(find(id).status, Status::kScheduled);
  const Payment cancelled = unwrap(payments->cancel(id, kAna));
  EXPECT_EQ(cancelled.status, Status::kCancelled);
  EXPECT_EQ(*cancelled.stored, *find(id).stored);
  EXPECT_TRUE(find(id).stored->find("DataBlob")->get_if<items::Map>()->contains("Memo"));
}

TEST_F(PaymentsTest, HaveNoDatesThatTheirKeysCannotHold) {
  const PaymentId last = insert({.scheduled = "2286-11-19"}).payment.id;
  EXPECT_EQ(last.sequence.size(), 19U);
  for (const char* date : {"2286-11-20", "2286-11-21", "9999-12-31"}) {
    const auto refused = payments_->insert(payment_of({.reference = date, .scheduled = date}), kAna);
    ASSERT_FALSE(refused) << date;
    EXPECT_EQ(refused.error().code, Errc::invalid_payment);
    EXPECT_EQ(refused.error().message,
              fmt::format("the date {} is too far away; the last that a payment can have is 2286-11-19", date));
  }
  AccountQuestion question{.account = last.account, .status = Status::kScheduled, .from = day("2286-11-19")};
  for (const char* to : {"2286-11-19", "2286-11-20", "9999-12-31"}) {
    question.to = day(to);
    EXPECT_EQ(unwrap(payments_->of_account(question, {})).payments.size(), 1U) << to;
  }
  question.from = day("1900-01-01");
  EXPECT_EQ(unwrap(payments_->of_account(question, {})).payments.size(), 1U);
  question.to = day("1960-01-01");
  EXPECT_TRUE(unwrap(payments_->of_account(question, {})).payments.empty());
}

// An endpoint that says that a condition failed, and not what is there.
TEST_F(PaymentsTest, AreKnownAgainWhereTheStoreDoesNotTellWhatIsThere) {
  SilentStore silent(*store_);
  const auto payments = unwrap(Payments::open(silent, clock_, {}));
  const PaymentId id = unwrap(payments->insert(payment_of({}), kAna)).payment.id;
  const Inserted again = unwrap(payments->insert(payment_of({}), kAna));
  EXPECT_TRUE(again.is_repeated);
  EXPECT_EQ(again.payment.id, id);
  EXPECT_EQ(payments->insert(payment_of({.amount = "1.00"}), kAna).error().code, Errc::reference_taken);
  EXPECT_EQ(all("BankPayments").size(), 1U);
  // Nothing is there to be compared: that is an error, and no payment.
  silent.hide("BankPaymentsJournal");
  const auto unknown = payments->insert(payment_of({}), kAna);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::changed);
  EXPECT_EQ(all("BankPayments").size(), 1U);
}

TEST_F(PaymentsTest, OfAnAccountComeInOrderOfDateAndPageByPage) {
  for (const char* date : {"2027-03-01", "2027-01-31", "2027-02-28", "2027-06-30"}) {
    insert({.reference = date, .scheduled = date});
  }
  insert({.account = "0001-43"});
  AccountQuestion question{.account = unwrap(AccountId::parse("0001-42")),
                           .status = Status::kScheduled,
                           .from = day("2027-01-31"),
                           .to = day("2027-03-01")};
  EXPECT_THAT(references(unwrap(payments_->of_account(question, {}))),
              ElementsAre("2027-01-31", "2027-02-28", "2027-03-01"));
  PageRequest request{.limit = 2};
  const Page first = unwrap(payments_->of_account(question, request));
  EXPECT_THAT(references(first), ElementsAre("2027-01-31", "2027-02-28"));
  ASSERT_TRUE(first.next.has_value());
  request.cursor = *first.next;
  EXPECT_THAT(references(unwrap(payments_->of_account(question, request))), ElementsAre("2027-03-01"));
  request.cursor = "bm9uZQ==";
  EXPECT_EQ(payments_->of_account(question, request).error().code, Errc::invalid_cursor);
  question = {.account = question.account};
  EXPECT_EQ(unwrap(payments_->of_account(question, {})).payments.size(), 4U);
}

TEST_F(PaymentsTest, OfADateComeFromAllShardsPageByPage) {
  std::vector<NewPayment> asked;
  for (int n = 0; n < 200; ++n) {
    asked.push_back(
        payment_of({.account = fmt::format("a{}", n), .scheduled = n % 2 == 0 ? "2027-01-20" : "2027-01-21"}));
  }
  ASSERT_OK(payments_->insert_all(asked, kAna));
  const DateQuestion question{.status = Status::kScheduled, .from = day("2027-01-20"), .to = day("2027-01-20")};
  EXPECT_EQ(unwrap(payments_->count(question)), 100U);
  std::set<std::string> accounts;
  PageRequest request{.limit = 7};
  for (;;) {
    const Page page = unwrap(payments_->of_dates(question, request));
    EXPECT_LE(page.payments.size(), 7U);
    for (const Payment& payment : page.payments) {
      EXPECT_EQ(payment.scheduled, day("2027-01-20"));
      EXPECT_TRUE(accounts.insert(payment.id.account.text()).second);
    }
    if (!page.next) break;
    request.cursor = *page.next;
  }
  EXPECT_EQ(accounts.size(), 100U);
}

TEST_F(PaymentsTest, OfTheLongTermAnswerTheSameQuestions) {
  for (int n = 0; n < 20; ++n) insert({.account = n < 15 ? "a" : "b", .reference = fmt::format("r{}", n)});
  ASSERT_OK(hand_over_->hand_over(day("2027-01-20")));
  EXPECT_EQ(unwrap(hand_over_->archive()).archived, 20U);
  EXPECT_EQ(unwrap(hand_over_->archive()).archived, 0U);
  const AccountQuestion of_a{
      .account = unwrap(AccountId::parse("a")), .from = day("2027-01-20"), .to = day("2027-01-20")};
  EXPECT_EQ(unwrap(payments_->archived_of_account(of_a, {})).payments.size(), 15U);
  const DateQuestion of_day{.from = day("2027-01-20"), .to = day("2027-01-20")};
  EXPECT_EQ(unwrap(payments_->archived_of_dates(of_day, {})).payments.size(), 20U);
  const DateQuestion before{.to = day("2027-01-19")};
  EXPECT_TRUE(unwrap(payments_->archived_of_dates(before, {})).payments.empty());
}

TEST_F(PaymentsTest, AreFoundByTheirReference) {
  const PaymentId id = insert({.reference = "rent/2027-01"}).payment.id;
  const AccountId account = id.account;
  EXPECT_EQ(unwrap(payments_->find_by_reference(account, unwrap(ClientReference::parse("rent/2027-01")))).id, id);
  const auto none = payments_->find_by_reference(account, unwrap(ClientReference::parse("rent/2027-02")));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::no_such_payment);
}

}  // namespace
}  // namespace caudal::payments
