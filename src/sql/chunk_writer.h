// SPDX-License-Identifier: Apache-2.0
// Where a TableReader writes its cells: straight into DuckDB's vectors, without a call per cell but for long strings.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "sql/type.h"

namespace caudal::sql {

// Valid only within one TableReader::read. Cells are named by the source's column index and the row within this chunk;
// write any order, every row below the answered count must have every wanted column set. Columns that the statement
// does not use are ignored at the cost of one comparison: wanted() lets a decoder skip the work before that. The setter
// must fit the column's type: it is checked in debug builds only, for speed.
class ChunkWriter {
 public:
  static constexpr size_t kCapacity = 2048;
  size_t capacity() const { return kCapacity; }
  bool wanted(size_t column) const { return targets_[column].data != nullptr; }

  void set_null(size_t column, size_t row) {
    Target& target = targets_[column];
    if (target.data == nullptr) return;
    if (target.validity == nullptr) make_nullable(target);
    target.validity[row >> 6] &= ~(uint64_t{1} << (row & 63));
  }
  void set_boolean(size_t column, size_t row, bool value) { put(column, row, value); }
  void set_integer(size_t column, size_t row, int32_t value) { put(column, row, value); }
  void set_bigint(size_t column, size_t row, int64_t value) { put(column, row, value); }
  void set_double(size_t column, size_t row, double value) { put(column, row, value); }
  void set_date(size_t column, size_t row, Date value) {
    put(column, row, static_cast<int32_t>(value.time_since_epoch().count()));
  }
  void set_timestamp(size_t column, size_t row, Timestamp value) {
    put(column, row, int64_t{value.time_since_epoch().count()});
  }
  // `unscaled` is the value times 10^scale of the column, and has at most its width in digits.
  void set_decimal(size_t column, size_t row, Int128 unscaled) {
    switch (targets_[column].width_bytes) {
      case 2: return put(column, row, static_cast<int16_t>(unscaled));
      case 4: return put(column, row, static_cast<int32_t>(unscaled));
      case 8: return put(column, row, static_cast<int64_t>(unscaled));
      default: return put(column, row, unscaled);
    }
  }
  // Copies `text`, which must be valid UTF-8 (NUL bytes are fine) and less than 4 GiB.
  void set_varchar(size_t column, size_t row, std::string_view text) {
    Target& target = targets_[column];
    if (target.data == nullptr) return;
    if (text.size() > kInlineBytes) return assign_string(target, row, text);
    // DuckDB keeps short strings in the vector itself: length, then the bytes, zero padded.
    char* cell = static_cast<char*>(target.data) + row * 16;
    const auto length = static_cast<uint32_t>(text.size());
    std::memset(cell, 0, 16);
    std::memcpy(cell, &length, sizeof(length));
    if (length > 0) std::memcpy(cell + sizeof(length), text.data(), length);
  }

  // For loops over many rows of one column of fixed width: its cells, to be written at their rows, or nullptr when the
  // statement does not use the column. T is as wide as the cell: BOOLEAN 1 byte, DATE and INTEGER 4, TIMESTAMP 8, a
  // DECIMAL as its digits need (2 bytes up to 4, 4 up to 9, 8 up to 18, 16).
  template <class T>
  T* cells(size_t column) {
    const Target& target = targets_[column];
    CHECK(target.data == nullptr || target.width_bytes == sizeof(T), "a column's cells have another width");
    return static_cast<T*>(target.data);
  }
  // Of a wanted column: bit (row & 63) of word (row >> 6) is 0 where the cell is NULL. At first all are 1.
  uint64_t* validity(size_t column) {
    Target& target = targets_[column];
    if (target.validity == nullptr) make_nullable(target);
    return target.validity;
  }

 private:
  friend struct ChunkWriterAccess;  // the bridge to DuckDB, in table_function.cpp
  static constexpr size_t kInlineBytes = 12;
  struct Target {
    void* data = nullptr;          // null: the statement does not use the column
    uint64_t* validity = nullptr;  // null until the first NULL
    void* vector = nullptr;        // duckdb_vector
    uint8_t width_bytes = 0;       // of one cell
  };
  template <class T>
  void put(size_t column, size_t row, T value) {
    Target& target = targets_[column];
    if (target.data == nullptr) return;
#ifndef NDEBUG
    CHECK(target.width_bytes == sizeof(T), "a cell is written with the setter of another type");
#endif
    std::memcpy(static_cast<char*>(target.data) + row * sizeof(T), &value, sizeof(T));
  }
  static void make_nullable(Target& target);
  static void assign_string(const Target& target, size_t row, std::string_view text);

  std::vector<Target> targets_;
};

}  // namespace caudal::sql
