// SPDX-License-Identifier: Apache-2.0
// DuckDB's errors, statement types and logical types turned into Caudal's.
#include "sql/handles.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caudal::sql {
namespace {

struct ErrorRule {
  std::string_view text;
  Errc code;
};

// What DuckDB's messages begin with, for the calls that give no type.
constexpr std::array kByPrefix = {
    ErrorRule{"Parser Error", Errc::invalid_statement},    ErrorRule{"Syntax Error", Errc::invalid_statement},
    ErrorRule{"Binder Error", Errc::invalid_statement},    ErrorRule{"Catalog Error", Errc::invalid_statement},
    ErrorRule{"Out of Memory Error", Errc::out_of_memory}, ErrorRule{"INTERRUPT Error", Errc::cancelled},
    ErrorRule{"Permission Error", Errc::not_allowed},      ErrorRule{"Not implemented Error", Errc::unsupported},
    ErrorRule{"Settings Error", Errc::invalid_setting},
};

Errc classify(duckdb_error_type type, std::string_view message) {
  // A full disk comes as an I/O error, and running out of spill space as out of memory; both say so only in words.
  for (const std::string_view words : {"No space left on device", "ENOSPC", "Disk quota exceeded"}) {
    if (message.find(words) != std::string_view::npos) return Errc::no_space;
  }
  switch (type) {
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_SYNTAX:
    case DUCKDB_ERROR_BINDER:
    case DUCKDB_ERROR_CATALOG:
    case DUCKDB_ERROR_PARAMETER_NOT_RESOLVED:
    case DUCKDB_ERROR_PARAMETER_NOT_ALLOWED: return Errc::invalid_statement;
    case DUCKDB_ERROR_OUT_OF_MEMORY: return Errc::out_of_memory;
    case DUCKDB_ERROR_INTERRUPT: return Errc::cancelled;
    case DUCKDB_ERROR_PERMISSION: return Errc::not_allowed;
    case DUCKDB_ERROR_NOT_IMPLEMENTED: return Errc::unsupported;
    case DUCKDB_ERROR_SETTINGS:
    case DUCKDB_INVALID_CONFIGURATION: return Errc::invalid_setting;
    case DUCKDB_ERROR_INVALID: break;
    default: return Errc::failed;
  }
  const auto* rule =
      std::ranges::find_if(kByPrefix, [&](const ErrorRule& candidate) { return message.starts_with(candidate.text); });
  return rule == kByPrefix.end() ? Errc::failed : rule->code;
}

struct TypeName {
  duckdb_type theirs;
  TypeId ours;
};

constexpr std::array kPlainTypes = {
    TypeName{DUCKDB_TYPE_BOOLEAN, TypeId::kBoolean},
    TypeName{DUCKDB_TYPE_TINYINT, TypeId::kTinyint},
    TypeName{DUCKDB_TYPE_SMALLINT, TypeId::kSmallint},
    TypeName{DUCKDB_TYPE_INTEGER, TypeId::kInteger},
    TypeName{DUCKDB_TYPE_BIGINT, TypeId::kBigint},
    TypeName{DUCKDB_TYPE_HUGEINT, TypeId::kHugeint},
    TypeName{DUCKDB_TYPE_UTINYINT, TypeId::kUtinyint},
    TypeName{DUCKDB_TYPE_USMALLINT, TypeId::kUsmallint},
    TypeName{DUCKDB_TYPE_UINTEGER, TypeId::kUinteger},
    TypeName{DUCKDB_TYPE_UBIGINT, TypeId::kUbigint},
    TypeName{DUCKDB_TYPE_FLOAT, TypeId::kFloat},
    TypeName{DUCKDB_TYPE_DOUBLE, TypeId::kDouble},
    TypeName{DUCKDB_TYPE_VARCHAR, TypeId::kVarchar},
    TypeName{DUCKDB_TYPE_BLOB, TypeId::kBlob},
    TypeName{DUCKDB_TYPE_DATE, TypeId::kDate},
    TypeName{DUCKDB_TYPE_TIME, TypeId::kTime},
    TypeName{DUCKDB_TYPE_TIMESTAMP, TypeId::kTimestamp},
    TypeName{DUCKDB_TYPE_TIMESTAMP_S, TypeId::kTimestampSeconds},
    TypeName{DUCKDB_TYPE_TIMESTAMP_MS, TypeId::kTimestampMillis},
    TypeName{DUCKDB_TYPE_TIMESTAMP_NS, TypeId::kTimestampNanos},
    TypeName{DUCKDB_TYPE_TIMESTAMP_TZ, TypeId::kTimestampTz},
    TypeName{DUCKDB_TYPE_INTERVAL, TypeId::kInterval},
    TypeName{DUCKDB_TYPE_UUID, TypeId::kUuid},
    TypeName{DUCKDB_TYPE_SQLNULL, TypeId::kNull},
};

Result<Type> child(duckdb_logical_type handle, const std::string& column) {
  const OwnedLogicalType owned(handle);
  return from_logical_type(owned.get(), column);
}

Result<Type> struct_type(duckdb_logical_type type, const std::string& column) {
  Type result = Type::of(TypeId::kStruct);
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    result.child_names.push_back(take_string(duckdb_struct_type_child_name(type, i)));
    result.children.push_back(TRY(child(duckdb_struct_type_child_type(type, i), column)));
  }
  return result;
}

Type enum_type(duckdb_logical_type type) {
  Type result = Type::of(TypeId::kEnum);
  for (idx_t i = 0; i < duckdb_enum_dictionary_size(type); ++i)
    result.child_names.push_back(take_string(duckdb_enum_dictionary_value(type, i)));
  return result;
}

}  // namespace

std::string take_string(char* text) {
  if (text == nullptr) return {};
  std::string result(text);
  duckdb_free(text);
  return result;
}

Error duckdb_error(duckdb_error_type type, const char* message) {
  std::string text = message == nullptr ? "DuckDB failed without a message" : message;
  // A query that its other threads ended before this one asked: DuckDB wraps the real error.
  constexpr std::string_view kWrapped = "unsuccessful or closed pending query result\nError: ";
  if (const size_t wrapped = text.find(kWrapped); wrapped != std::string::npos) {
    text.erase(0, wrapped + kWrapped.size());
    type = DUCKDB_ERROR_INVALID;
  }
  const Errc code = classify(type, text);
  return {make_error_code(code), std::move(text)};
}

Result<Type> from_logical_type(duckdb_logical_type type, const std::string& column) {
  const duckdb_type id = duckdb_get_type_id(type);
  const auto* plain = std::ranges::find(kPlainTypes, id, &TypeName::theirs);
  if (plain != kPlainTypes.end()) return Type::of(plain->ours);
  switch (id) {
    case DUCKDB_TYPE_DECIMAL: return Type::decimal(duckdb_decimal_width(type), duckdb_decimal_scale(type));
    case DUCKDB_TYPE_ENUM: return enum_type(type);
    case DUCKDB_TYPE_STRUCT: return struct_type(type, column);
    case DUCKDB_TYPE_LIST: {
      Type result = Type::of(TypeId::kList);
      result.children.push_back(TRY(child(duckdb_list_type_child_type(type), column)));
      return result;
    }
    case DUCKDB_TYPE_ARRAY: {
      Type result = Type::of(TypeId::kArray);
      result.children.push_back(TRY(child(duckdb_array_type_child_type(type), column)));
      result.array_size = duckdb_array_type_array_size(type);
      return result;
    }
    case DUCKDB_TYPE_MAP: {
      Type result = Type::of(TypeId::kMap);
      result.children.push_back(TRY(child(duckdb_map_type_key_type(type), column)));
      result.children.push_back(TRY(child(duckdb_map_type_value_type(type), column)));
      return result;
    }
    default: break;
  }
  return Error{make_error_code(Errc::unsupported),
               "column \"" + column + "\" has a type that Caudal does not return; CAST it AS VARCHAR"};
}

OwnedLogicalType to_logical_type(const Type& type) {
  if (type.id == TypeId::kDecimal) return OwnedLogicalType(duckdb_create_decimal_type(type.width, type.scale));
  const auto* plain = std::ranges::find(kPlainTypes, type.id, &TypeName::ours);
  CHECK(plain != kPlainTypes.end(), "a C++ table has a column of a nested type");
  return OwnedLogicalType(duckdb_create_logical_type(plain->theirs));
}

}  // namespace caudal::sql
