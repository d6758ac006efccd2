// SPDX-License-Identifier: Apache-2.0
// Who answers the routes. Inside room api/rest only.
#pragma once

#include "api/rest/call.h"

namespace caudal::api::rest {

Outcome<Reply> create_backup(Call& call);
Outcome<Reply> get_backup(Call& call);
Outcome<Reply> create_payment(Call& call);
Outcome<Reply> create_payments(Call& call);
Outcome<Reply> cancel_payment(Call& call);
Outcome<Reply> get_payment(Call& call);
Outcome<Reply> get_history(Call& call);
Outcome<Reply> get_transaction(Call& call);
Outcome<Reply> report_outcome(Call& call);
Outcome<Reply> list_payments(Call& call);
Outcome<Reply> list_account_payments(Call& call);

}  // namespace caudal::api::rest
