// SPDX-License-Identifier: Apache-2.0
#include "payments/lake/payment_days.h"

#include <fmt/format.h>

#include <cstring>

#include "base/check.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/wire.h"
#include "payments/lake/payment_rows.h"

namespace caudal::payments {
namespace {

using flows::engine::DayTally;
using flows::engine::Tally;

// The sum of digests of single rows, which their order does not change.
class RowDigests {
 public:
  void add(std::string_view row) {
    const Sha256 digest = sha256(row);
    for (size_t n = 0; n < sums_.size(); ++n) {
      uint64_t bits = 0;
      std::memcpy(&bits, digest.data() + n * sizeof(bits), sizeof(bits));
      sums_[n] += bits;
    }
    ++rows_;
  }
  std::string text() const { return fmt::format("{}-{:016x}{:016x}", rows_, sums_[0], sums_[1]); }

 private:
  std::array<uint64_t, 2> sums_ = {};
  uint64_t rows_ = 0;
};

// All that the lake holds of it.
std::string line_of(const Payment& payment) {
  const auto at = payment.transaction_at ? payment.transaction_at->time_since_epoch().count() : -1;
  WireWriter line;
  line.text(payment.id.text())
      .text(payment.reference ? payment.reference->text() : "")
      .text(payment.beneficiary.text())
      .text(payment.money.text())
      .text(to_string(payment.status))
      .text(payment.transaction ? payment.transaction->text() : "")
      .signed_varint(at)
      .varint(payment.attempts)
      .text(payment.reason);
  // Only where there is one, so that days which were published before there were any are what they were.
  if (payment.purpose) line.text(payment.purpose->text());
  return line.take();
}

Result<bool> has_ended(const Payments& payments, Date day) {
  for (const Status status : kEnds) {
    const Page page = TRY(payments.of_dates({.status = status, .from = day, .to = day}, {.limit = 1}));
    if (!page.payments.empty() || !page.problems.empty()) return true;
  }
  return false;
}

}  // namespace

std::string_view PaymentDays::description() const {
  return "Pagamentos programados que chegaram ao fim, por data agendada: arquivados, recusados e cancelados";
}

Result<std::vector<Date>> PaymentDays::days(Date from, Date to) {
  const Payments& payments = *TRY(open_());
  std::vector<Date> days;
  for (Date day = from; day <= to; day += std::chrono::days(1)) {
    if (TRY(has_ended(payments, day))) days.push_back(day);
  }
  return days;
}

Result<DayTally> PaymentDays::tally(Date day) {
  const Payments& payments = *TRY(open_());
  DayTally tally;
  RowDigests digests;
  for (const Status status : kEnds) {
    std::optional<std::string> cursor = "";
    while (cursor) {
      const Page page = TRY(ended_page(payments, status, day, *cursor, false));
      for (const Payment& payment : page.payments) {
        digests.add(line_of(payment));
        Tally& group = tally.groups[{std::string(to_string(status)), payment.money.currency.text()}];
        TRY(group.add({.rows = 1, .amounts = {payment.money.amount}}));
      }
      cursor = page.next;
    }
  }
  tally.digest = digests.text();
  return tally;
}

Result<std::shared_ptr<sql::TableSource>> PaymentDays::rows(Date day) {
  return make_payment_rows(*TRY(open_()), day, true);
}

Result<std::shared_ptr<sql::TableSource>> PaymentDays::kept(Date day) {
  return make_payment_rows(*TRY(open_()), day, false);
}

}  // namespace caudal::payments
