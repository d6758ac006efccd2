// SPDX-License-Identifier: Apache-2.0
// The catalog's types (Hive and Athena words) and DuckDB's, each in terms of the other.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/table.h"
#include "catalog/type.h"
#include "sql/type.h"

namespace caudal::queries {

// As DuckDB spells it, for use in a CAST: "DECIMAL(18,2)", "STRUCT(\"a\" INTEGER)[]". VARCHAR(n) and CHAR(n) lose their
// length.
std::string to_duckdb_type(const catalog::Type& type);

// The catalog's type that holds every value of `type`: unsigned integers widen, HUGEINT becomes decimal(38,0).
// Errc::unsupported_type for what Athena has no type for; the message names `column` and the CAST that helps.
Result<catalog::Type> to_catalog_type(const sql::Type& type, const std::string& column);
// Names are lower-cased.
Result<std::vector<catalog::Column>> to_catalog_columns(const std::vector<sql::Column>& columns);

}  // namespace caudal::queries
