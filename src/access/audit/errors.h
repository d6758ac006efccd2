// SPDX-License-Identifier: Apache-2.0
// What can go wrong in room `access/audit`.
#pragma once

#include "base/result.h"

namespace caudal::audit {

enum class Errc {
  unavailable = 1,  // the log cannot be written, and what waits to be written fills its room
  corrupt,          // a segment is not what was written
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::audit

template <>
struct std::is_error_code_enum<caudal::audit::Errc> : std::true_type {};
