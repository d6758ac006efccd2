// SPDX-License-Identifier: Apache-2.0
// Payments on an embedded store of their own, under a clock that stands still.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "items/testing/items_fixture.h"
#include "kv/testing/fault_env.h"  // what the store stands on
#include "payments/built_in_transactions.h"
#include "payments/hand_over.h"
#include "payments/payments.h"

namespace caudal::payments {

inline Date day(std::string_view text) { return unwrap(parse_date(text)); }

struct Asked {
  std::string account = "0001-42";
  std::string reference = "rent-1";
  std::string scheduled = "2027-01-20";
  std::string amount = "1234.50";
  std::string currency = "BRL";
  std::string beneficiary = "landlord";
  std::string purpose = {};
};

inline NewPayment payment_of(const Asked& asked) {
  return {.account = unwrap(AccountId::parse(asked.account)),
          .reference = unwrap(ClientReference::parse(asked.reference)),
          .scheduled = day(asked.scheduled),
          .money = unwrap(Money::parse(asked.amount, asked.currency)),
          .beneficiary = unwrap(BeneficiaryId::parse(asked.beneficiary)),
          .purpose = asked.purpose.empty() ? std::nullopt : std::optional(unwrap(Purpose::parse(asked.purpose)))};
}

inline const Because kAna{.who = "ana", .why = "a test"};

class PaymentsFixture : public items::ItemsFixture {
 protected:
  // 2027-01-15, 10:00 UTC.
  PaymentsFixture() {
    clock_.set(Timestamp(std::chrono::seconds(1'800'007'200)));
    payments_ = unwrap(Payments::open(*store_, clock_, {}));
    use({});
  }
  // Another transaction service, or other ways of handing over.
  void use(const BuiltInOptions& built_in, HandOverOptions options = {}) {
    service_ = unwrap(BuiltInTransactions::open(*store_, clock_, built_in));
    options.threads = 1;
    hand_over_ = std::make_unique<HandOver>(*payments_, *service_, clock_, options);
  }
  Inserted insert(const Asked& asked) { return unwrap(payments_->insert(payment_of(asked), kAna)); }
  Payment find(const PaymentId& id) { return unwrap(payments_->find(id)); }
  std::vector<std::string> history(const PaymentId& id) {
    std::vector<std::string> changes;
    for (const JournalEntry& entry : unwrap(payments_->history(find(id)))) {
      changes.push_back(
          fmt::format("{} {} {}", entry.version, entry.from ? to_string(*entry.from) : "-", to_string(entry.to)));
    }
    return changes;
  }

  std::unique_ptr<Payments> payments_;
  std::unique_ptr<TransactionService> service_;
  std::unique_ptr<HandOver> hand_over_;
};

}  // namespace caudal::payments
