// SPDX-License-Identifier: Apache-2.0
// Errors of room `sql`: what DuckDB reports, sorted by what a caller can do about it.
#pragma once

#include "base/result.h"

namespace caudal::sql {

enum class Errc {
  failed = 1,         // the statement ran and failed: a cast, an overflow, a broken file
  invalid_statement,  // it does not parse, or names what does not exist
  invalid_setting,    // a DuckDB option was refused
  out_of_memory,      // over the memory limit, with no room left to spill
  no_space,           // the disk is full
  cancelled,          // interrupted, or a stop was requested
  not_allowed,        // the sandbox refused a file, an extension or a setting
  unsupported,        // DuckDB does not do it, or Caudal does not pass it on
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::sql

template <>
struct std::is_error_code_enum<caudal::sql::Errc> : std::true_type {};
