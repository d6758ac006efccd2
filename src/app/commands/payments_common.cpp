// SPDX-License-Identifier: Apache-2.0
#include "app/commands/payments_common.h"

namespace caudal::app {

Result<PaymentsDesk> payments_desk(Context& context) {
  const PaymentsSettings settings = TRY(payments_settings(*TRY(context.config()), payments_user(context)));
  return open_payments(*TRY(context.items()), settings, context.clock());
}

std::string payments_user(const Context& context) {
  for (const char* variable : {"USER", "LOGNAME"}) {
    if (const auto user = context.environment()(variable); user && !user->empty()) return "command line, " + *user;
  }
  return "command line";
}

std::vector<Column> payment_columns() {
  return {{"payment"},
          {"status"},
          {"date"},
          {"amount", Column::Kind::kNumber},
          {"currency"},
          {"beneficiary"},
          {"reference"},
          {"version", Column::Kind::kNumber},
          {"attempts", Column::Kind::kNumber},
          {"transaction"},
          {"reason"},
          {"purpose"}};
}

Result<void> write_payment(TableWriter& rows, const payments::Payment& payment) {
  const std::string id = payment.id.text();
  const std::string date = to_string(payment.scheduled);
  const std::string amount = payment.money.amount.to_string();
  const std::string version = std::to_string(payment.version);
  const std::string attempts = std::to_string(payment.attempts);
  const auto or_null = [](const auto& value) { return value ? Cell(value->text()) : Cell(); };
  return rows.row({id, to_string(payment.status), date, amount, payment.money.currency.text(),
                   payment.beneficiary.text(), or_null(payment.reference), version, attempts,
                   or_null(payment.transaction), payment.reason.empty() ? Cell() : Cell(payment.reason),
                   or_null(payment.purpose)});
}

}  // namespace caudal::app
