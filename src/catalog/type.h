// SPDX-License-Identifier: Apache-2.0
// Column types under their Hive/Athena names: parsed, compared, printed back in one canonical form. Not the types of an
// engine: `queries` maps these to DuckDB's.
//
//   const Type type = TRY(Type::parse("STRUCT<a: INT, b: array<DECIMAL(18,2)>>"));
//   type.to_string();   // "struct<a:int,b:array<decimal(18,2)>>"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::catalog {

// A value; copies are deep.
struct Type {
  enum class Kind {
    kBoolean,
    kTinyint,
    kSmallint,
    kInt,
    kBigint,
    kFloat,
    kDouble,
    kDecimal,  // precision 1–38, scale 0–precision; "decimal" alone is decimal(10,0)
    kString,
    kVarchar,  // length 1–65535
    kChar,     // length 1–255
    kBinary,
    kDate,
    kTimestamp,  // milliseconds and no zone, as Athena has it; microseconds are kept where the file holds them
    kArray,      // children[0] is the element
    kMap,        // children[0] is the key, a primitive; children[1] the value
    kStruct      // children beside field_names
  };

  Kind kind = Kind::kString;
  int precision = 0;  // kDecimal
  int scale = 0;      // kDecimal
  int length = 0;     // kVarchar, kChar
  std::vector<Type> children = {};
  std::vector<std::string> field_names = {};  // kStruct: lower-cased, unique

  // Case and spaces do not matter. Accepts Athena's other words too: integer, real, timestamp(3). Errc::invalid_type
  // names the place and what was expected. At most 131,072 bytes and kMaxDepth levels, as Glue.
  static Result<Type> parse(std::string_view text);
  static constexpr int kMaxDepth = 64;

  static Type primitive(Kind kind) { return Type{.kind = kind}; }
  static Type decimal(int precision, int scale) {
    return Type{.kind = Kind::kDecimal, .precision = precision, .scale = scale};
  }

  // The canonical form; parse(to_string()) gives the same type.
  std::string to_string() const;
  bool is_nested() const { return kind >= Kind::kArray; }
  // Integers, float, double and decimal.
  bool is_numeric() const { return kind >= Kind::kTinyint && kind <= Kind::kDecimal; }
  bool operator==(const Type&) const = default;
};

}  // namespace caudal::catalog
