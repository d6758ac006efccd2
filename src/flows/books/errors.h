// SPDX-License-Identifier: Apache-2.0
// Errors of room `flows/books`, beside those of sql that it passes on.
#pragma once

#include "base/result.h"

namespace caudal::flows::books {

enum class Errc {
  overflow = 1,      // a sum or an average has more digits than its column
  unsupported_type,  // the source gives an entity or a measure in a type that cannot be worked with
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::flows::books

template <>
struct std::is_error_code_enum<caudal::flows::books::Errc> : std::true_type {};
