// SPDX-License-Identifier: Apache-2.0
#include "payments/request_keys.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "payments/testing/passing_store.h"
#include "payments/testing/payments_fixture.h"

namespace caudal::payments {
namespace {

// Finds nothing at first, and does not tell what kept a row from being put down.
class FirstLookIsEmpty final : public PassingStore {
 public:
  using PassingStore::PassingStore;
  Result<items::Got> get(const items::Get& get) const override {
    if (!std::exchange(has_looked_, true)) return items::Got();
    return PassingStore::get(get);
  }
  using Store::write;
  void write(items::Write write, Done done) override {
    write.returns_on_failure = false;
    PassingStore::write(std::move(write), std::move(done));
  }

 private:
  mutable bool has_looked_ = false;
};

class RequestKeysTest : public PaymentsFixture {
 protected:
  // As somebody asks who has no reference but the key.
  Result<InsertedId> ask(const RequestKey& key, Asked asked = {}) {
    NewPayment payment = payment_of(asked);
    payment.reference = reference_of(key);
    return insert_under_key(*payments_, key, payment, kAna);
  }
  size_t stored() { return unwrap(payments_->of_account({.account = account_}, {})).payments.size(); }
  const AccountId account_ = unwrap(AccountId::parse("0001-42"));
};

TEST_F(RequestKeysTest, TheSameRequestIsTheSamePaymentForEver) {
  const InsertedId first = unwrap(ask({"ana", "k1"}));
  EXPECT_FALSE(first.is_repeated);
  clock_.advance(std::chrono::days(400));
  const InsertedId again = unwrap(ask({"ana", "k1"}));
  EXPECT_TRUE(again.is_repeated) << "though its date is long past";
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(stored(), 1U);
}

TEST_F(RequestKeysTest, AKeyThatIsClaimedStandsForThatRequestAlone) {
  ASSERT_OK(claim_key(*payments_, {"ana", "k1"}, "batch a", kAna));
  ASSERT_OK(claim_key(*payments_, {"ana", "k1"}, "batch a", kAna));
  EXPECT_EQ(claim_key(*payments_, {"ana", "k1"}, "batch b", kAna).error().code, Errc::key_taken);
  EXPECT_EQ(ask({"ana", "k1"}).error().code, Errc::key_taken) << "nor is it a single payment's";
  ASSERT_OK(claim_key(*payments_, {"bia", "k1"}, "batch b", kAna));
  EXPECT_EQ(stored(), 0U);
}

TEST_F(RequestKeysTest, EachLineUnderAKeyHasAReferenceOfItsOwn) {
  std::set<std::string> references = {reference_of(RequestKey{"ana", "k1"}).text()};
  for (const char* key : {"k1", "k2", "k11"}) {
    for (uint64_t line = 1; line <= 20; ++line) {
      EXPECT_TRUE(references.insert(reference_of(RequestKey{"ana", key}, line).text()).second) << key << line;
    }
  }
  EXPECT_EQ(reference_of(RequestKey{"ana", "k1"}, 7), reference_of(RequestKey{"ana", "k1"}, 7));
}

TEST_F(RequestKeysTest, AnotherRequestUnderTheKeyIsRefused) {
  ASSERT_OK(ask({"ana", "k1"}));
  for (const Asked& other :
       {Asked{.account = "0001-43"}, Asked{.amount = "1234.51"}, Asked{.currency = "USD"},
        Asked{.beneficiary = "other"}, Asked{.scheduled = "2027-01-21"}, Asked{.purpose = "another"}}) {
    const auto refused = ask({"ana", "k1"}, other);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::key_taken);
  }
  const auto with_reference = insert_under_key(*payments_, {"ana", "k1"}, payment_of({}), kAna);
  EXPECT_EQ(with_reference.error().code, Errc::key_taken);
  EXPECT_EQ(stored(), 1U);
}

TEST_F(RequestKeysTest, AreComparedWhereTheStoreDoesNotTellWhatIsThere) {
  // Nobody has the key when it is looked for, and somebody has when it is put down.
  ASSERT_OK(ask({"ana", "k1"}));
  FirstLookIsEmpty store(*store_);
  const auto payments = unwrap(Payments::open(store, clock_, {}));
  NewPayment other = payment_of({.amount = "7.00"});
  other.reference = reference_of({"ana", "k1"});
  EXPECT_EQ(insert_under_key(*payments, {"ana", "k1"}, other, kAna).error().code, Errc::key_taken);
  EXPECT_EQ(stored(), 1U);
}

TEST_F(RequestKeysTest, BelongToTheirCaller) {
  const auto of_ana = unwrap(ask({"ana", "k1"}));
  const auto of_bia = unwrap(ask({"bia", "k1"}));
  EXPECT_NE(of_ana.id, of_bia.id);
  EXPECT_NE(reference_of({"ana", "1k"}), reference_of({"ana1", "k"}));
  EXPECT_NE(reference_of({"a", "b\nc"}), reference_of({"a\nb", "c"}));
}

TEST_F(RequestKeysTest, WhatIsPastTakesNoKey) {
  const auto past = ask({"ana", "k1"}, {.scheduled = "2020-01-01"});
  EXPECT_EQ(past.error().code, Errc::invalid_payment);
  EXPECT_OK(ask({"ana", "k1"})) << "the date was mended";
}

TEST_F(RequestKeysTest, ACrashBeforeThePaymentIsMadeLosesNothing) {
  const InsertedId first = unwrap(ask({"ana", "k1"}));
  // What a crash halfway leaves: the key, and no payment.
  payments_ = unwrap(Payments::open(
      *store_, clock_,
      {.tables = {.payments = "OtherPayments", .processed = "OtherLongTerm", .journal = "OtherJournal"}}));
  ASSERT_EQ(stored(), 0U);
  EXPECT_EQ(ask({"ana", "k1"}, {.amount = "7"}).error().code, Errc::key_taken);
  const InsertedId again = unwrap(ask({"ana", "k1"}));
  EXPECT_FALSE(again.is_repeated);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(stored(), 1U);
}

TEST_F(RequestKeysTest, ManyAtOnceMakeOnePayment) {
  std::vector<std::optional<InsertedId>> made(16);
  {
    std::vector<std::jthread> threads;
    for (auto& one : made) threads.emplace_back([&] { one = unwrap(ask({"ana", "k1"})); });
  }
  size_t first = 0;
  for (const auto& one : made) {
    EXPECT_EQ(one->id, made.front()->id);
    if (!one->is_repeated) ++first;
  }
  EXPECT_EQ(first, 1U);
  EXPECT_EQ(stored(), 1U);
}

}  // namespace
}  // namespace caudal::payments
