// SPDX-License-Identifier: Apache-2.0
// Errors of the command line itself, and how any error becomes an exit code and lines for a person.
#pragma once

#include <string>

#include "base/result.h"

namespace caudal::app {

enum class Errc {
  usage = 1,      // arguments that make no sense; the message says what was expected
  output_closed,  // whoever read the output went away (a closed pipe): the command ends quietly
  failed,         // a check that the user asked for found something wrong
  refused,        // some of the data was refused, as was told
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

// 0 done, 1 failed, 2 usage or configuration, 3 data refused, 130 interrupted.
int exit_code(const Error& error);

// "caudal: <message>", each line of context indented below, with a newline at the end.
std::string describe(const Error& error);

}  // namespace caudal::app

template <>
struct std::is_error_code_enum<caudal::app::Errc> : std::true_type {};
