// SPDX-License-Identifier: Apache-2.0
// Up to 2,048 records of one piece, column by column: what the splitter and the column parsers fill, and what becomes
// rows for DuckDB, refusals and totals.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "flows/delivery/records.h"
#include "flows/delivery/schema.h"
#include "flows/delivery/values.h"

namespace caudal::delivery {

inline constexpr size_t kBatchRows = 2048;

enum class CellState : uint8_t { kValue, kNull, kBad };

// Whole numbers that 64 bits hold: every type but strings, doubles and decimals of more than 18 digits.
struct ColumnCells {
  std::vector<Field> fields;  // where the text lies in the piece
  std::vector<CellState> states;
  std::vector<int64_t>
      numbers;               // int, bigint, boolean, decimal up to 18 digits (unscaled), date (days), timestamp (µs)
  std::vector<Int128> wide;  // decimal of more than 18 digits (unscaled)
  std::vector<double> reals;
  std::vector<std::string_view> texts;  // valid UTF-8 unless the cell is bad
};

// A record that could not be split into the expected fields.
struct BrokenRecord {
  uint32_t begin = 0;  // in the piece
  uint32_t end = 0;
  uint64_t line = 0;
  RecordFault fault = RecordFault::kNone;
  size_t fields = 0;  // for kFieldCount
};

// Why one cell refuses its row; collected only when the reasons are wanted.
struct CellProblem {
  uint32_t row = 0;
  uint32_t column = 0;
  enum class Kind : uint8_t { kValue, kRequired, kEncoding } kind = Kind::kValue;
  ValueStatus status = ValueStatus::kInvalid;  // for kValue
};

struct Batch {
  explicit Batch(const Schema& schema);
  void clear();

  size_t rows = 0;  // records with the right number of fields
  std::vector<ColumnCells> columns;
  std::vector<uint64_t> lines;
  std::vector<uint32_t> begins, ends;  // of the records, in the piece
  std::vector<uint8_t> refused;        // 1: some cell refuses the row
  std::vector<uint16_t> good;          // the other rows, ascending
  std::vector<BrokenRecord> broken;
  std::vector<CellProblem> problems;
  uint64_t blank_lines = 0;
  std::deque<std::string> converted;  // texts that are not in the piece as they are; stable addresses
};

}  // namespace caudal::delivery
