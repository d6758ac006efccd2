// SPDX-License-Identifier: Apache-2.0
// What the decoder must know of a contract: columns with types, and how the file is written. Plain values; made from a
// flow's contract by schema_of (contract.h) or by hand in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caudal::delivery {

enum class TypeKind : uint8_t { kString, kInt, kBigint, kDecimal, kDate, kTimestamp, kBoolean, kDouble };

struct ColumnType {
  TypeKind kind = TypeKind::kString;
  uint8_t precision = 0;  // decimals only: digits in all, 1 to 38
  uint8_t scale = 0;      // decimals only: digits after the decimal mark, 0 to precision
};

struct Column {
  std::string name;
  ColumnType type;
  bool required = false;   // an empty field refuses the row
  bool is_amount = false;  // summed exactly over every record; decimals and whole numbers only
};

enum class Encoding : uint8_t { kUtf8, kLatin1 };
enum class DecimalMark : uint8_t { kPoint, kComma };
enum class DateOrder : uint8_t { kIso, kDayMonthYear };  // 2024-01-31, 31/01/2024

// How the file is written; nullopt means: decide from the file ("auto").
struct Format {
  std::optional<Encoding> encoding = std::nullopt;
  std::optional<char> delimiter = std::nullopt;
  std::optional<DecimalMark> decimal_mark = std::nullopt;
  std::optional<DateOrder> date_order = std::nullopt;
  std::optional<bool> gzip = std::nullopt;
  bool header = true;  // false: the fields come in the contract's order from the first line on
};

struct Schema {
  std::string table;  // for messages
  std::vector<Column> columns;
  Format format = {};
  std::optional<size_t> month_column = std::nullopt;  // index of a date column; its months are counted
};

// What was decided for one file; it holds for every one of its rows.
struct Detected {
  Encoding encoding = Encoding::kUtf8;
  char delimiter = ',';
  DecimalMark decimal_mark = DecimalMark::kPoint;
  DateOrder date_order = DateOrder::kIso;
  bool gzip = false;
  bool byte_order_mark = false;
};

}  // namespace caudal::delivery
