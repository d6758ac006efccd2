// SPDX-License-Identifier: Apache-2.0
// Errors of room `queries`, beside those of the catalog (unknown tables), of objects and of sql that it passes on.
#pragma once

#include "base/result.h"

namespace caudal::queries {

enum class Errc {
  statement_refused = 1,  // not a SELECT: it would write, load or change a setting
  invalid_name,           // a table named in a way that is not "database"."table"
  unknown_system_table,
  unsupported_format,  // the table's files are not Parquet
  unsupported_type,    // a type that the catalog, or DuckDB, has no word for
  missing_objects,     // a partition's location does not hold what it should
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::queries

template <>
struct std::is_error_code_enum<caudal::queries::Errc> : std::true_type {};
