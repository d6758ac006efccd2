// SPDX-License-Identifier: Apache-2.0
// What can go wrong in room `backup`, beside files.
#pragma once

#include "base/result.h"

namespace caudal::backup {

enum class Errc {
  invalid_target = 1,  // a backup cannot be made there
  target_taken,        // something is there already
  incomplete_source,   // the data directory lacks what its rows need
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::backup

template <>
struct std::is_error_code_enum<caudal::backup::Errc> : std::true_type {};
