// SPDX-License-Identifier: Apache-2.0
// The ended payments of a day as rows and as sums: two ways to the same cents.
#include "payments/lake/payment_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "items/requests.h"
#include "kv/testing/fault_env.h"  // what the store of the fixture stands on
#include "payments/testing/payments_fixture.h"
#include "sql/database.h"

namespace caudal::payments {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PaymentDaysTest : public PaymentsFixture {
 protected:
  // Some of the 20th that end in every way, one of the 21st that is only scheduled.
  PaymentDaysTest() {
    insert({.reference = "a", .amount = "10.10"});
    insert({.reference = "b", .amount = "0.01"});
    insert({.reference = "c", .amount = "500", .currency = "CLP"});
    const Inserted cancelled = insert({.reference = "d", .amount = "7.00"});
    unwrap(payments_->cancel(cancelled.payment.id, kAna));
    insert({.reference = "e", .scheduled = "2027-01-21", .amount = "9.00"});
  }
  void hand_over_and_archive() {
    unwrap(hand_over_->hand_over(day("2027-01-20")));
    unwrap(hand_over_->archive());
  }
  std::vector<std::string> tally(std::string_view date) {
    std::vector<std::string> lines;
    for (const auto& [group, sums] : unwrap(days_.tally(day(date))).groups) {
      lines.push_back(fmt::format("{} {} {} {}", group[0], group[1], sums.rows, sums.amounts[0].to_string()));
    }
    return lines;
  }
  std::vector<std::string> rows(std::string_view date, const std::string& select) {
    const auto database = unwrap(sql::Database::open());
    const auto connection = unwrap(database->connect());
    EXPECT_OK(database->register_source("dia", unwrap(days_.rows(day(date)))));
    sql::ResultStream stream = unwrap(connection->query(select));
    std::vector<std::string> lines;
    for (const auto& row : unwrap(stream.all())) lines.push_back(std::get<std::string>(row[0]));
    return lines;
  }

  PaymentDays days_{[this]() -> Result<Payments*> { return payments_.get(); }};
};

TEST_F(PaymentDaysTest, AreThoseWithPaymentsThatCameToTheirEnd) {
  EXPECT_THAT(unwrap(days_.days(day("2027-01-01"), day("2027-01-31"))), ElementsAre(day("2027-01-20")));
  EXPECT_THAT(tally("2027-01-20"), ElementsAre("CANCELLED BRL 1 7.00"));
  hand_over_and_archive();
  EXPECT_THAT(tally("2027-01-20"), ElementsAre("ARCHIVED BRL 2 10.11", "ARCHIVED CLP 1 500", "CANCELLED BRL 1 7.00"));
  EXPECT_THAT(tally("2027-01-21"), IsEmpty());
  EXPECT_THAT(unwrap(days_.days(day("2027-01-21"), day("2027-01-31"))), IsEmpty());
}

TEST_F(PaymentDaysTest, HaveARowForEachPayment) {
  hand_over_and_archive();
  EXPECT_THAT(
      rows("2027-01-20",
           "SELECT concat_ws(' ', referencia, situacao, valor, moeda, beneficiario, id_transacao IS NOT NULL, "
           "data_transacao IS NOT NULL, tentativas) FROM dia() ORDER BY 1"),
      ElementsAre("a ARCHIVED 10.100 BRL landlord true true 1", "b ARCHIVED 0.010 BRL landlord true true 1",
                  "c ARCHIVED 500.000 CLP landlord true true 1", "d CANCELLED 7.000 BRL landlord false false 0"));
  EXPECT_THAT(rows("2027-01-20", "SELECT DISTINCT conta FROM dia()"), ElementsAre("0001-42"));
}

TEST_F(PaymentDaysTest, TellsWhatPaymentsAreFor) {
  const Inserted one = insert({.reference = "f", .purpose = "água"});
  const Inserted other = insert({.reference = "g"});
  unwrap(payments_->cancel(one.payment.id, kAna));
  unwrap(payments_->cancel(other.payment.id, kAna));
  EXPECT_THAT(rows("2027-01-20",
                   "SELECT concat_ws(' ', referencia, coalesce(finalidade, 'none')) FROM dia() WHERE referencia IN "
                   "('f', 'g') ORDER BY 1"),
              ElementsAre("f água", "g none"));
}

TEST_F(PaymentDaysTest, ReadsAsManyPagesAsThereAre) {
  std::vector<NewPayment> many;
  for (int n = 0; n < 2500; ++n) {
    many.push_back(
        payment_of({.account = fmt::format("a-{}", n % 7), .reference = fmt::format("m-{}", n), .amount = "0.03"}));
  }
  unwrap(payments_->insert_all(many, kAna));
  hand_over_and_archive();
  EXPECT_THAT(rows("2027-01-20",
                   "SELECT concat(count(DISTINCT id_pagamento), ' ', sum(valor)) FROM dia() "
                   "WHERE referencia LIKE 'm-%'"),
              ElementsAre("2500 75.000"));
  EXPECT_THAT(tally("2027-01-20"), testing::Contains("ARCHIVED BRL 2502 85.11"));
}

TEST_F(PaymentDaysTest, TellTwoDaysApartByAnyRowOfThem) {
  const std::string before = unwrap(days_.tally(day("2027-01-20"))).digest;
  EXPECT_EQ(unwrap(days_.tally(day("2027-01-20"))).digest, before);
  hand_over_and_archive();
  EXPECT_NE(unwrap(days_.tally(day("2027-01-20"))).digest, before);
}

// The rows are the long-term table's and the tally is not: what is changed in one of them is told.
TEST_F(PaymentDaysTest, CountWhatTheArchiveShouldHold) {
  hand_over_and_archive();
  const Payment archived =
      unwrap(payments_->find_by_reference(unwrap(AccountId::parse("0001-42")), unwrap(ClientReference::parse("b"))));
  items::Item key;
  key.set("id", items::Value(archived.transaction->text()));
  unwrap(store_->write({.action = items::DeleteItem{"BankPaymentsProcessed", key}}));
  EXPECT_THAT(rows("2027-01-20", "SELECT concat(count(*), ' ', sum(valor)) FROM dia() WHERE moeda = 'BRL'"),
              ElementsAre("2 17.100"));
  EXPECT_THAT(tally("2027-01-20"), testing::Contains("ARCHIVED BRL 2 10.11"));
}

// By every column, also those that no sum shows.
TEST_F(PaymentDaysTest, TellsAChangeOfAnyColumn) {
  hand_over_and_archive();
  const std::string before = unwrap(days_.tally(day("2027-01-20"))).digest;
  const Payment payment =
      unwrap(payments_->find_by_reference(unwrap(AccountId::parse("0001-42")), unwrap(ClientReference::parse("b"))));
  const auto digest_with = [&](const char* attribute, items::Value value) {
    items::Item item = *payment.stored;
    item.set(attribute, std::move(value));
    unwrap(store_->write({.action = items::PutItem{"BankPayments", item}}));
    return unwrap(days_.tally(day("2027-01-20"))).digest;
  };
  std::set<std::string> digests{before};
  digests.insert(digest_with("ClientReference", items::Value("other")));
  digests.insert(digest_with("TransactionAtMs", items::Value(items::Number(1'800'000'000'001))));
  digests.insert(digest_with("TransactionId", items::Value("tx-other")));
  digests.insert(digest_with("Reason", items::Value("none")));
  digests.insert(digest_with("Attempts", items::Value(items::Number(9))));
  items::Item data = *payment.stored->find("DataBlob")->get_if<items::Map>();
  data.set("Purpose", items::Value("rent"));
  digests.insert(digest_with("DataBlob", items::Value(std::move(data))));
  EXPECT_EQ(digests.size(), 7U);
  EXPECT_EQ(digest_with("Status", items::Value("ARCHIVED")), before);
}

// Read by another way, the same rows.
TEST_F(PaymentDaysTest, AreKeptAsTheyArePublished) {
  hand_over_and_archive();
  const auto database = unwrap(sql::Database::open());
  const auto connection = unwrap(database->connect());
  EXPECT_OK(database->register_source("dia", unwrap(days_.rows(day("2027-01-20")))));
  EXPECT_OK(database->register_source("guardado", unwrap(days_.kept(day("2027-01-20")))));
  for (const char* statement : {"SELECT * FROM dia() EXCEPT ALL SELECT * FROM guardado()",
                                "SELECT * FROM guardado() EXCEPT ALL SELECT * FROM dia()"}) {
    sql::ResultStream stream = unwrap(connection->query(statement));
    EXPECT_THAT(unwrap(stream.all()), IsEmpty());
  }
}

TEST_F(PaymentDaysTest, RefusesADayWithWhatIsNoPayment) {
  items::Item item;
  item.set("PK", items::Value("0001-42#PAYMENT"));
  item.set("SK", items::Value("ARCHIVED#1"));
  item.set("GSI1PK", items::Value("ARCHIVED"));
  item.set("GSI1SK", items::Value("2027-01-20"));
  unwrap(store_->write({.action = items::PutItem{"BankPayments", item}}));
  const auto refused = days_.tally(day("2027-01-20"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unreadable_item);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("of 2027-01-20, 1 items are no payments"));
}

}  // namespace
}  // namespace caudal::payments
