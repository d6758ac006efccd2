// SPDX-License-Identifier: Apache-2.0
// Names of the column types, there and back.
#include "flows/definition/column_type.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "flows/definition/errors.h"

namespace caudal::flows {
namespace {

struct TypeNames {
  TypeKind kind;
  const char* name;      // Athena's
  const char* sql_name;  // of a CAST
};

constexpr std::array<TypeNames, 7> kNames = {{{TypeKind::kString, "string", "varchar"},
                                              {TypeKind::kInt, "int", "integer"},
                                              {TypeKind::kBigint, "bigint", "bigint"},
                                              {TypeKind::kDate, "date", "date"},
                                              {TypeKind::kDouble, "double", "double"},
                                              {TypeKind::kBoolean, "boolean", "boolean"},
                                              {TypeKind::kTimestamp, "timestamp", "timestamp"}}};
constexpr int kMostDigits = 38;

Error invalid(std::string_view text) {
  return Error{DefinitionErrc::invalid_type,
               fmt::format("'{}' is not a column type; expected string, int, bigint, date, decimal(p,s) with 1 to 38 "
                           "digits, double, boolean or timestamp",
                           text.substr(0, 80))};
}

std::string lower_without_spaces(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == ' ') continue;
    result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

bool read_number(std::string_view& rest, int& value) {
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  return true;
}

}  // namespace

bool ColumnType::is_number() const {
  return kind == TypeKind::kInt || kind == TypeKind::kBigint || kind == TypeKind::kDecimal || kind == TypeKind::kDouble;
}

std::string ColumnType::to_string() const {
  for (const TypeNames& names : kNames) {
    if (names.kind == kind) return names.name;
  }
  return fmt::format("decimal({},{})", precision, scale);
}

std::string ColumnType::sql_name() const {
  for (const TypeNames& names : kNames) {
    if (names.kind == kind) return names.sql_name;
  }
  return to_string();
}

Result<ColumnType> parse_column_type(std::string_view text) {
  const std::string lowered = lower_without_spaces(text);
  for (const TypeNames& names : kNames) {
    if (lowered == names.name) return ColumnType{names.kind};
  }
  constexpr std::string_view kDecimal = "decimal(";
  std::string_view rest = lowered;
  if (!rest.starts_with(kDecimal)) return invalid(text);
  rest.remove_prefix(kDecimal.size());
  int precision = 0;
  int scale = 0;
  if (!read_number(rest, precision)) return invalid(text);
  if (rest.starts_with(',')) {
    rest.remove_prefix(1);
    if (!read_number(rest, scale)) return invalid(text);
  }
  if (rest != ")" || precision < 1 || precision > kMostDigits || scale < 0 || scale > precision) return invalid(text);
  return ColumnType::decimal(static_cast<uint8_t>(precision), static_cast<uint8_t>(scale));
}

}  // namespace caudal::flows
