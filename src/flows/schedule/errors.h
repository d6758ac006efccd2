// SPDX-License-Identifier: Apache-2.0
// What can go wrong in schedules and sensors.
#pragma once

#include <system_error>

#include "base/result.h"

namespace caudal::schedule {

enum class Errc {
  invalid_cron = 1,  // kUsage
  corrupt_state,     // kCorrupt: what the watcher remembered does not read back
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return caudal::errc_code(code); }

}  // namespace caudal::schedule

template <>
struct std::is_error_code_enum<caudal::schedule::Errc> : std::true_type {};
