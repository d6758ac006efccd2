// SPDX-License-Identifier: Apache-2.0
// What a transaction service is told and what it answers, as JSON: the same at once, when asked, and by callback.
//
//   {"attempt":"0001-42:1800403200123456789:1","outcome":"done","transaction":"T1","at":"2027-01-20T12:00:00Z"}
//   {"attempt":"...","outcome":"refused","reason":"no funds","may_retry":true}
//   {"attempt":"...","outcome":"under_way"}
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "payments/transaction_service.h"

namespace caudal::payments {

std::string to_json(const Instruction& instruction);

// Members that are not known are ignored: services say more than is needed here. Errors: invalid_answer, which says
// what of it is wrong; then nothing is known of the attempt.
Result<Answer> read_answer(std::string_view json, Timestamp now);

}  // namespace caudal::payments
