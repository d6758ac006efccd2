// SPDX-License-Identifier: Apache-2.0
// What can go wrong while a flow runs, beyond what the rooms below report.
#pragma once

#include "base/result.h"

namespace caudal::flows::engine {

enum class Errc {
  no_delivery = 1,  // an expected file is not there
  unknown_input,    // a file that belongs to no input of the flow
  unknown_step,     // a step or input that the flow does not have
  invalid_request,  // parameters that do not go together
  file_refused,     // a file broke its contract as a whole
  rule_failed,      // a quality rule with action `fail` did not hold
  not_reconciled,   // rows or amounts do not add up
  overtaken,        // a later run has published meanwhile
  corrupt_record,   // a stored step result does not decode
  timed_out,
  unknown_source,  // a source that the platform does not have
  changing,        // a day's rows do not stand still
  sum_too_large,   // amounts whose sum has more than 38 digits
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::flows::engine

template <>
struct std::is_error_code_enum<caudal::flows::engine::Errc> : std::true_type {};
