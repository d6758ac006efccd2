// SPDX-License-Identifier: Apache-2.0
// Spelling of types, exact decimals and quoted SQL names.
#include "sql/type.h"

#include <fmt/format.h>

namespace caudal::sql {
namespace {

std::string_view plain_name(TypeId id) {
  switch (id) {
    case TypeId::kBoolean: return "BOOLEAN";
    case TypeId::kTinyint: return "TINYINT";
    case TypeId::kSmallint: return "SMALLINT";
    case TypeId::kInteger: return "INTEGER";
    case TypeId::kBigint: return "BIGINT";
    case TypeId::kHugeint: return "HUGEINT";
    case TypeId::kUtinyint: return "UTINYINT";
    case TypeId::kUsmallint: return "USMALLINT";
    case TypeId::kUinteger: return "UINTEGER";
    case TypeId::kUbigint: return "UBIGINT";
    case TypeId::kFloat: return "FLOAT";
    case TypeId::kDouble: return "DOUBLE";
    case TypeId::kDecimal: return "DECIMAL";
    case TypeId::kVarchar: return "VARCHAR";
    case TypeId::kBlob: return "BLOB";
    case TypeId::kDate: return "DATE";
    case TypeId::kTime: return "TIME";
    case TypeId::kTimestamp: return "TIMESTAMP";
    case TypeId::kTimestampSeconds: return "TIMESTAMP_S";
    case TypeId::kTimestampMillis: return "TIMESTAMP_MS";
    case TypeId::kTimestampNanos: return "TIMESTAMP_NS";
    case TypeId::kTimestampTz: return "TIMESTAMP WITH TIME ZONE";
    case TypeId::kInterval: return "INTERVAL";
    case TypeId::kUuid: return "UUID";
    case TypeId::kEnum: return "ENUM";
    case TypeId::kNull: return "\"NULL\"";
    case TypeId::kList: return "LIST";
    case TypeId::kArray: return "ARRAY";
    case TypeId::kStruct: return "STRUCT";
    case TypeId::kMap: return "MAP";
  }
  return "?";
}

std::string quote(std::string_view text, char mark) {
  std::string quoted(1, mark);
  for (const char c : text) {
    if (c == mark) quoted += mark;
    quoted += c;
  }
  return quoted += mark;
}

std::string struct_text(const Type& type) {
  std::string text = "STRUCT(";
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) text += ", ";
    text += quote_identifier(type.child_names[i]) + " " + type.children[i].to_string();
  }
  return text + ")";
}

}  // namespace

std::string Type::to_string() const {
  switch (id) {
    case TypeId::kDecimal: return fmt::format("DECIMAL({},{})", width, scale);
    case TypeId::kList: return children.at(0).to_string() + "[]";
    case TypeId::kArray: return fmt::format("{}[{}]", children.at(0).to_string(), array_size);
    case TypeId::kMap: return fmt::format("MAP({}, {})", children.at(0).to_string(), children.at(1).to_string());
    case TypeId::kStruct: return struct_text(*this);
    default: return std::string(plain_name(id));
  }
}

std::string quote_identifier(std::string_view name) { return quote(name, '"'); }
std::string quote_literal(std::string_view text) { return quote(text, '\''); }

}  // namespace caudal::sql
