// SPDX-License-Identifier: Apache-2.0
// What the commands of `caudal payments` share.
#pragma once

#include <string>
#include <vector>

#include "app/context.h"
#include "app/payments_desk.h"

namespace caudal::app {

Result<PaymentsDesk> payments_desk(Context& context);
// Who the journal says it was: the user of this machine.
std::string payments_user(const Context& context);

// Payments as rows of a table.
std::vector<Column> payment_columns();
Result<void> write_payment(TableWriter& rows, const payments::Payment& payment);

Command payments_load_command();
Command payments_run_command();
Command payments_archive_command();
Command payments_status_command();

}  // namespace caudal::app
