// SPDX-License-Identifier: Apache-2.0
// Types and single values as DuckDB knows them. Not the catalog's type names: `queries` maps those.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/decimal.h"

namespace caudal::sql {

enum class TypeId : uint8_t {
  kBoolean,
  kTinyint,
  kSmallint,
  kInteger,
  kBigint,
  kHugeint,
  kUtinyint,
  kUsmallint,
  kUinteger,
  kUbigint,
  kFloat,
  kDouble,
  kDecimal,
  kVarchar,
  kBlob,
  kDate,
  kTime,
  kTimestamp,  // microseconds, without zone
  kTimestampSeconds,
  kTimestampMillis,
  kTimestampNanos,
  kTimestampTz,  // microseconds, UTC
  kInterval,
  kUuid,
  kEnum,
  kNull,
  kList,
  kArray,
  kStruct,
  kMap,
};

// A column's type. Copyable; children only for nested types.
struct Type {
  TypeId id = TypeId::kVarchar;
  uint8_t width = 0;                          // decimal: digits in all, 1 to 38
  uint8_t scale = 0;                          // decimal: digits after the point
  std::vector<std::string> child_names = {};  // struct: one for each child; enum: its values
  std::vector<Type> children = {};            // list, array: the element; map: key and value; struct: fields
  uint64_t array_size = 0;                    // array only

  static Type decimal(uint8_t width, uint8_t scale) { return {.id = TypeId::kDecimal, .width = width, .scale = scale}; }
  static Type of(TypeId id) { return {.id = id}; }
  // As DuckDB spells it: "DECIMAL(18,2)", "STRUCT(a INTEGER)".
  std::string to_string() const;
  bool operator==(const Type&) const = default;
};

struct Column {
  std::string name;
  Type type;
  bool operator==(const Column&) const = default;
};

// One cell, or one parameter of a statement. Monostate is NULL; every integer type is int64_t, except HUGEINT, which is
// a Decimal of scale 0.
using Value = std::variant<std::monostate, bool, int64_t, double, Decimal, std::string, Date, Timestamp>;

// `name` in double quotes, embedded quotes doubled: safe as an identifier in SQL text.
std::string quote_identifier(std::string_view name);
// `text` in single quotes, embedded quotes doubled: safe as a string literal in SQL text.
std::string quote_literal(std::string_view text);

}  // namespace caudal::sql
