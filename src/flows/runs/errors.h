// SPDX-License-Identifier: Apache-2.0
// What can go wrong in the record of runs.
#pragma once

#include <system_error>

#include "base/result.h"

namespace caudal::runs {

enum class Errc {
  flow_is_running = 1,  // kBusy: another run of the flow is live
  unknown_run,          // kNotFound
  not_resumable,        // kConflict
  not_running,          // kConflict: the run has ended already
  invalid_id,           // kUsage
  invalid_filter,       // kUsage
  corrupt_record,       // kCorrupt
  amount_too_exact,     // kFailed: an amount has more digits than its column of the system table
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return caudal::errc_code(code); }

}  // namespace caudal::runs

template <>
struct std::is_error_code_enum<caudal::runs::Errc> : std::true_type {};
