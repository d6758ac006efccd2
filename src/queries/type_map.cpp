// SPDX-License-Identifier: Apache-2.0
// Types of the catalog to types of DuckDB, and back.
#include "queries/type_map.h"

#include <fmt/format.h>

#include <cctype>

#include "queries/errors.h"

namespace caudal::queries {
namespace {

using Kind = catalog::Type::Kind;
using sql::TypeId;

std::string struct_type(const catalog::Type& type) {
  std::string text = "STRUCT(";
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) text += ", ";
    text += sql::quote_identifier(type.field_names[i]) + " " + to_duckdb_type(type.children[i]);
  }
  return text + ")";
}

Error no_word_for(const sql::Type& type, const std::string& column) {
  const char* target = type.id == TypeId::kTimestampTz ? "TIMESTAMP" : "VARCHAR";
  return {make_error_code(Errc::unsupported_type),
          fmt::format("column \"{}\" has the type {}, which no table can hold; write CAST({} AS {})", column,
                      type.to_string(), column, target)};
}

Result<catalog::Type> nested(const sql::Type& type, const std::string& column) {
  catalog::Type result;
  switch (type.id) {
    case TypeId::kMap: result.kind = Kind::kMap; break;
    case TypeId::kStruct: result.kind = Kind::kStruct; break;
    default: result.kind = Kind::kArray; break;
  }
  for (const sql::Type& child : type.children) result.children.push_back(TRY(to_catalog_type(child, column)));
  if (type.id == TypeId::kStruct) result.field_names = type.child_names;
  return result;
}

}  // namespace

std::string to_duckdb_type(const catalog::Type& type) {
  switch (type.kind) {
    case Kind::kBoolean: return "BOOLEAN";
    case Kind::kTinyint: return "TINYINT";
    case Kind::kSmallint: return "SMALLINT";
    case Kind::kInt: return "INTEGER";
    case Kind::kBigint: return "BIGINT";
    case Kind::kFloat: return "FLOAT";
    case Kind::kDouble: return "DOUBLE";
    case Kind::kDecimal: return fmt::format("DECIMAL({},{})", type.precision, type.scale);
    case Kind::kString:
    case Kind::kVarchar:
    case Kind::kChar: return "VARCHAR";
    case Kind::kBinary: return "BLOB";
    case Kind::kDate: return "DATE";
    case Kind::kTimestamp: return "TIMESTAMP";
    case Kind::kArray: return to_duckdb_type(type.children.at(0)) + "[]";
    case Kind::kMap:
      return fmt::format("MAP({}, {})", to_duckdb_type(type.children.at(0)), to_duckdb_type(type.children.at(1)));
    case Kind::kStruct: return struct_type(type);
  }
  return "VARCHAR";
}

Result<catalog::Type> to_catalog_type(const sql::Type& type, const std::string& column) {
  switch (type.id) {
    case TypeId::kBoolean: return catalog::Type::primitive(Kind::kBoolean);
    case TypeId::kTinyint: return catalog::Type::primitive(Kind::kTinyint);
    case TypeId::kSmallint:
    case TypeId::kUtinyint: return catalog::Type::primitive(Kind::kSmallint);
    case TypeId::kInteger:
    case TypeId::kUsmallint: return catalog::Type::primitive(Kind::kInt);
    case TypeId::kBigint:
    case TypeId::kUinteger: return catalog::Type::primitive(Kind::kBigint);
    case TypeId::kUbigint: return catalog::Type::decimal(20, 0);
    case TypeId::kHugeint: return catalog::Type::decimal(38, 0);
    case TypeId::kFloat: return catalog::Type::primitive(Kind::kFloat);
    case TypeId::kDouble: return catalog::Type::primitive(Kind::kDouble);
    case TypeId::kDecimal: return catalog::Type::decimal(type.width, type.scale);
    case TypeId::kVarchar:
    case TypeId::kEnum: return catalog::Type::primitive(Kind::kString);
    case TypeId::kBlob: return catalog::Type::primitive(Kind::kBinary);
    case TypeId::kDate: return catalog::Type::primitive(Kind::kDate);
    case TypeId::kTimestamp:
    case TypeId::kTimestampSeconds:
    case TypeId::kTimestampMillis:
    case TypeId::kTimestampNanos: return catalog::Type::primitive(Kind::kTimestamp);
    case TypeId::kList:
    case TypeId::kArray:
    case TypeId::kStruct:
    case TypeId::kMap: return nested(type, column);
    case TypeId::kTime:
    case TypeId::kTimestampTz:
    case TypeId::kInterval:
    case TypeId::kUuid:
    case TypeId::kNull: break;
  }
  return no_word_for(type, column);
}

Result<std::vector<catalog::Column>> to_catalog_columns(const std::vector<sql::Column>& columns) {
  std::vector<catalog::Column> result;
  for (const sql::Column& column : columns) {
    std::string name = column.name;
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    catalog::Type type = TRY(to_catalog_type(column.type, column.name));
    result.push_back({.name = std::move(name), .type = std::move(type)});
  }
  return result;
}

}  // namespace caudal::queries
