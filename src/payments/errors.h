// SPDX-License-Identifier: Apache-2.0
// What can go wrong in room `payments`, so that a door or a command can tell what to do about it.
#pragma once

#include "base/result.h"

namespace caudal::payments {

enum class Errc {
  invalid_payment = 1,  // what was asked for can be no payment; the message says what of it
  reference_taken,      // the account used this client reference for another payment
  no_such_payment,
  too_late,         // it has been handed over, or is at its end
  changed,          // it is not the version that was asked for, or somebody else changed it meanwhile
  contradiction,    // a transaction service says what cannot be: people have to look
  unusable_table,   // a table of that name is there, but is not what payments are kept in
  unreadable_item,  // an item that is no payment, though it stands where payments do
  invalid_cursor,
  unusable_file,  // of payments to load
  key_taken,      // a request's key was used for another payment
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::payments

template <>
struct std::is_error_code_enum<caudal::payments::Errc> : std::true_type {};
