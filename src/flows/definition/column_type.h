// SPDX-License-Identifier: Apache-2.0
// ColumnType: the types that a contract's columns and a book's variables can have, by their Athena names.
// Not the catalog's types, which nest and are more; to_string() of one of these parses as a catalog type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal::flows {

enum class TypeKind : uint8_t { kString, kInt, kBigint, kDate, kDecimal, kDouble, kBoolean, kTimestamp };

struct ColumnType {
  TypeKind kind = TypeKind::kString;
  uint8_t precision = 0;  // of kDecimal: 1 to 38 digits in all
  uint8_t scale = 0;      // of kDecimal: how many of them stand after the point

  static ColumnType decimal(uint8_t precision, uint8_t scale) { return {TypeKind::kDecimal, precision, scale}; }
  bool is_number() const;
  // "string", "int", "decimal(18,2)", ...: the name in Athena, Hive and the catalog.
  std::string to_string() const;
  // "varchar", "integer", "decimal(18,2)", ...: the name in a CAST that Trino and DuckDB both take.
  std::string sql_name() const;
  bool operator==(const ColumnType&) const = default;
};

// Reads a type's name in any letter case, with spaces allowed around the numbers of decimal(p,s).
Result<ColumnType> parse_column_type(std::string_view text);

}  // namespace caudal::flows
