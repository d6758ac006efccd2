// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a flow's declaration, as codes.
#pragma once

#include "base/result.h"

namespace caudal::flows {

enum class DefinitionErrc {
  invalid_type = 1,  // a column type that does not parse
  invalid_rule,      // a quality rule that does not parse, or that the columns do not allow
  invalid_pattern,   // a file pattern that does not parse
  invalid_sql,       // a parameter of a SQL file is unknown or malformed
  not_a_month_file,  // a name that does not fit the pattern of an input
};
ErrcInfo errc_info(DefinitionErrc code);
inline std::error_code make_error_code(DefinitionErrc code) { return errc_code(code); }

}  // namespace caudal::flows

template <>
struct std::is_error_code_enum<caudal::flows::DefinitionErrc> : std::true_type {};
