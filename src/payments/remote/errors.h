// SPDX-License-Identifier: Apache-2.0
// What can go wrong with a transaction service elsewhere.
#pragma once

#include "base/result.h"

namespace caudal::payments {

enum class RemoteErrc {
  invalid_service = 1,  // the configuration names none
  invalid_answer,       // what it answered says nothing for certain
  invalid_webhook,      // a callback whose signature, time or form is not as it must be
};
ErrcInfo errc_info(RemoteErrc code);
inline std::error_code make_error_code(RemoteErrc code) { return errc_code(code); }

}  // namespace caudal::payments

template <>
struct std::is_error_code_enum<caudal::payments::RemoteErrc> : std::true_type {};
