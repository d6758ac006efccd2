// SPDX-License-Identifier: Apache-2.0
// Any cell as text, the way DuckDB itself prints it. Used for output and for the types that Value lacks.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "sql/cell.h"
#include "sql/handles.h"

namespace caudal::sql {
namespace {

// Shortest text that reads back as the same number; always shows that it is not an integer.
template <class T>
void append_real(std::string& out, T value) {
  if (std::isnan(value)) {
    out += "nan";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-inf" : "inf";
    return;
  }
  const std::string text = fmt::format("{}", value);
  out += text;
  if (text.find_first_of(".e") == std::string::npos) out += ".0";
}

void append_time(std::string& out, int64_t micros) {
  const int64_t seconds = micros / 1'000'000;
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (const int64_t fraction = micros % 1'000'000; fraction != 0) {
    std::string digits = fmt::format("{:06}", fraction);
    digits.erase(digits.find_last_not_of('0') + 1);
    out += "." + digits;
  }
}

void append_date(std::string& out, int32_t days) {
  if (!duckdb_is_finite_date({days})) {
    out += days < 0 ? "-infinity" : "infinity";
    return;
  }
  const duckdb_date_struct date = duckdb_from_date({days});
  if (date.year > 0) {
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", date.year, date.month, date.day);
  } else {
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02} (BC)", 1 - date.year, date.month, date.day);
  }
}

void append_timestamp(std::string& out, int64_t micros) {
  if (!duckdb_is_finite_timestamp({micros})) {
    out += micros < 0 ? "-infinity" : "infinity";
    return;
  }
  constexpr int64_t kDayMicros = 86'400'000'000;
  int64_t days = micros / kDayMicros;
  int64_t rest = micros % kDayMicros;
  if (rest < 0) {
    rest += kDayMicros;
    --days;
  }
  append_date(out, static_cast<int32_t>(days));
  out += ' ';
  append_time(out, rest);
}

void append_nanos(std::string& out, int64_t nanos) {
  int64_t micros = nanos / 1000;
  int64_t rest = nanos % 1000;
  if (rest < 0) {
    rest += 1000;
    --micros;
  }
  append_timestamp(out, micros);
  if (rest == 0) return;
  if (const size_t point = out.rfind('.'); point != std::string::npos && out.size() - point <= 7) {
    out.append(7 - (out.size() - point), '0');
  } else {
    out += ".000000";
  }
  out += fmt::format("{:03}", rest);
  out.erase(out.find_last_not_of('0') + 1);
}

void append_interval(std::string& out, const duckdb_interval& interval) {
  std::string text;
  const auto part = [&text](int64_t count, std::string_view unit) {
    if (count == 0) return;
    if (!text.empty()) text += ' ';
    text += fmt::format("{} {}{}", count, unit, count == 1 || count == -1 ? "" : "s");
  };
  part(interval.months / 12, "year");
  part(interval.months % 12, "month");
  part(interval.days, "day");
  if (interval.micros != 0 || text.empty()) {
    if (!text.empty()) text += ' ';
    if (interval.micros < 0) text += '-';
    append_time(text, interval.micros < 0 ? -interval.micros : interval.micros);
  }
  out += text;
}

void append_uuid(std::string& out, duckdb_hugeint bits) {
  // DuckDB flips the top bit so that signed comparison orders the ids.
  const uint64_t high = static_cast<uint64_t>(bits.upper) ^ (uint64_t{1} << 63);
  fmt::format_to(std::back_inserter(out), "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                 high & 0xffff, bits.lower >> 48, bits.lower & 0xffffffffffff);
}

void append_blob(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    const bool plain = c >= 32 && c < 127 && c != '\\' && c != '\'' && c != '"';
    if (plain) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned char>(c));
    }
  }
}

std::string_view string_cell(const void* data, size_t row) {
  const auto* cell = static_cast<const duckdb_string_t*>(data) + row;
  return {duckdb_string_t_data(const_cast<duckdb_string_t*>(cell)), duckdb_string_t_length(*cell)};
}

uint64_t enum_index(const Type& type, const void* data, size_t row) {
  if (type.child_names.size() <= 0xff) return load_cell<uint8_t>(data, row);
  if (type.child_names.size() <= 0xffff) return load_cell<uint16_t>(data, row);
  return load_cell<uint32_t>(data, row);
}

bool cell_is_null(duckdb_vector vector, size_t row) {
  uint64_t* validity = duckdb_vector_get_validity(vector);
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

void append_inner(std::string& out, const Type& type, duckdb_vector vector, size_t row) {
  if (cell_is_null(vector, row) || type.id == TypeId::kNull) {
    out += "NULL";
  } else {
    append_cell_text(out, type, vector, row);
  }
}

void append_elements(std::string& out, const Type& element, duckdb_vector child, duckdb_list_entry range) {
  out += '[';
  for (uint64_t i = 0; i < range.length; ++i) {
    if (i > 0) out += ", ";
    append_inner(out, element, child, range.offset + i);
  }
  out += ']';
}

void append_struct(std::string& out, const Type& type, duckdb_vector vector, size_t row) {
  out += '{';
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) out += ", ";
    out += quote_literal(type.child_names[i]) + ": ";
    append_inner(out, type.children[i], duckdb_struct_vector_get_child(vector, i), row);
  }
  out += '}';
}

// A map is a list of structs of key and value.
void append_map(std::string& out, const Type& type, duckdb_vector vector, duckdb_list_entry range) {
  duckdb_vector entries = duckdb_list_vector_get_child(vector);
  out += '{';
  for (uint64_t i = 0; i < range.length; ++i) {
    if (i > 0) out += ", ";
    append_inner(out, type.children[0], duckdb_struct_vector_get_child(entries, 0), range.offset + i);
    out += '=';
    append_inner(out, type.children[1], duckdb_struct_vector_get_child(entries, 1), range.offset + i);
  }
  out += '}';
}

void append_nested(std::string& out, const Type& type, duckdb_vector vector, size_t row) {
  const void* data = duckdb_vector_get_data(vector);
  switch (type.id) {
    case TypeId::kList:
      return append_elements(out, type.children[0], duckdb_list_vector_get_child(vector),
                             load_cell<duckdb_list_entry>(data, row));
    case TypeId::kArray:
      return append_elements(out, type.children[0], duckdb_array_vector_get_child(vector),
                             {row * type.array_size, type.array_size});
    case TypeId::kMap: return append_map(out, type, vector, load_cell<duckdb_list_entry>(data, row));
    default: return append_struct(out, type, vector, row);
  }
}

template <class T>
void append_number(std::string& out, const void* data, size_t row) {
  out += fmt::to_string(load_cell<T>(data, row));
}

}  // namespace

void append_cell_text(std::string& out, const Type& type, duckdb_vector vector, size_t row) {
  if (cell_is_null(vector, row)) return;
  const void* data = duckdb_vector_get_data(vector);
  switch (type.id) {
    case TypeId::kNull: return;
    case TypeId::kBoolean: out += load_cell<bool>(data, row) ? "true" : "false"; return;
    case TypeId::kTinyint: return append_number<int8_t>(out, data, row);
    case TypeId::kSmallint: return append_number<int16_t>(out, data, row);
    case TypeId::kInteger: return append_number<int32_t>(out, data, row);
    case TypeId::kBigint: return append_number<int64_t>(out, data, row);
    case TypeId::kUtinyint: return append_number<uint8_t>(out, data, row);
    case TypeId::kUsmallint: return append_number<uint16_t>(out, data, row);
    case TypeId::kUinteger: return append_number<uint32_t>(out, data, row);
    case TypeId::kUbigint: return append_number<uint64_t>(out, data, row);
    case TypeId::kHugeint: out += Decimal(load_cell<Int128>(data, row), 0).to_string(); return;
    case TypeId::kFloat: return append_real(out, load_cell<float>(data, row));
    case TypeId::kDouble: return append_real(out, load_cell<double>(data, row));
    case TypeId::kDecimal: out += Decimal(load_decimal(type, data, row), type.scale).to_string(); return;
    case TypeId::kVarchar: out += string_cell(data, row); return;
    case TypeId::kBlob: return append_blob(out, string_cell(data, row));
    case TypeId::kDate: return append_date(out, load_cell<int32_t>(data, row));
    case TypeId::kTime: return append_time(out, load_cell<int64_t>(data, row));
    case TypeId::kTimestamp: return append_timestamp(out, load_cell<int64_t>(data, row));
    case TypeId::kTimestampSeconds: return append_timestamp(out, load_cell<int64_t>(data, row) * 1'000'000);
    case TypeId::kTimestampMillis: return append_timestamp(out, load_cell<int64_t>(data, row) * 1'000);
    case TypeId::kTimestampNanos: return append_nanos(out, load_cell<int64_t>(data, row));
    case TypeId::kTimestampTz:
      append_timestamp(out, load_cell<int64_t>(data, row));
      out += "+00";
      return;
    case TypeId::kInterval: return append_interval(out, load_cell<duckdb_interval>(data, row));
    case TypeId::kUuid: return append_uuid(out, load_cell<duckdb_hugeint>(data, row));
    case TypeId::kEnum: out += type.child_names[enum_index(type, data, row)]; return;
    case TypeId::kList:
    case TypeId::kArray:
    case TypeId::kStruct:
    case TypeId::kMap: return append_nested(out, type, vector, row);
  }
}

}  // namespace caudal::sql
