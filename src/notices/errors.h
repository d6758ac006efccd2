// SPDX-License-Identifier: Apache-2.0
// Why a notice could not be sent, or its configuration not be used.
#pragma once

#include "base/result.h"

namespace caudal::notices {

enum class Errc {
  invalid_configuration = 1,
  unreachable,  // no connection, or it broke, or took too long: worth another attempt
  rejected,     // the receiver answered that it does not want the message, and would again
  refused_now   // the receiver answered that it cannot take the message now: worth another attempt
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::notices

template <>
struct std::is_error_code_enum<caudal::notices::Errc> : std::true_type {};
