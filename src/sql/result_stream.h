// SPDX-License-Identifier: Apache-2.0
// The rows of a query, chunk by chunk, with typed and textual access to the cells.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/result.h"
#include "sql/type.h"

namespace caudal::sql {

// Up to 2,048 rows. Owns them; what it answers by view lives as long as it. Movable; not thread-safe.
// Asking a cell for another type than its column's is a broken invariant and ends the process; NULL cells answer zero
// values, so ask is_null first.
class Chunk {
 public:
  Chunk(Chunk&&) noexcept;
  Chunk& operator=(Chunk&&) noexcept;
  ~Chunk();

  size_t rows() const { return rows_; }
  size_t columns() const { return cells_.size(); }
  bool is_null(size_t column, size_t row) const {
    const uint64_t* validity = cells_[column].validity;
    return validity != nullptr && ((validity[row >> 6] >> (row & 63)) & 1) == 0;
  }
  // For loops over many rows of one column of fixed width: its cells as DuckDB holds them, undefined where NULL. T is
  // as wide as the cell (BOOLEAN 1 byte, DATE 4, TIMESTAMP 8, DECIMAL 2, 4, 8 or 16 for up to 4, 9, 18 or 38 digits).
  template <class T>
  std::span<const T> cells(size_t column) const {
    CHECK(cell_bytes(column) == sizeof(T), "a column's cells have another width");
    return {static_cast<const T*>(cells_[column].data), rows_};
  }
  size_t cell_bytes(size_t column) const;  // of one cell; 16 for types without a fixed width
  bool boolean(size_t column, size_t row) const;
  int64_t integer(size_t column, size_t row) const;          // TINYINT to BIGINT and their unsigned kin up to 2^63 − 1
  double real(size_t column, size_t row) const;              // FLOAT, DOUBLE
  Decimal decimal(size_t column, size_t row) const;          // DECIMAL, HUGEINT, and every integer with scale 0
  std::string_view string(size_t column, size_t row) const;  // VARCHAR, BLOB; may hold NUL bytes
  Date date(size_t column, size_t row) const;
  Timestamp timestamp(size_t column, size_t row) const;  // TIMESTAMP of any precision, TIMESTAMPTZ
  // Any cell. Types that Value lacks (lists, structs, intervals, ...) come as their text.
  Value value(size_t column, size_t row) const;
  // Appends the cell as DuckDB would print it, decimals exact, timestamps ISO with a space; nothing for NULL.
  void append_text(std::string& out, size_t column, size_t row) const;
  std::string text(size_t column, size_t row) const;

 private:
  friend class ResultStream;
  struct Cells {
    const void* data;
    const uint64_t* validity;  // null: no NULL in the column
    void* vector;              // duckdb_vector, owned by the chunk
  };
  Chunk() = default;
  const Type& type(size_t column) const { return (*types_)[column].type; }

  void* chunk_ = nullptr;  // duckdb_data_chunk
  size_t rows_ = 0;
  std::vector<Cells> cells_;
  std::shared_ptr<const std::vector<Column>> types_;  // shared with the stream, which may end before the chunk
};

// A running query's rows. Destroying it early ends the query.
class ResultStream {
 public:
  struct Impl;  // known inside the room only
  ResultStream(ResultStream&&) noexcept;
  ResultStream& operator=(ResultStream&&) noexcept;
  ~ResultStream();

  const std::vector<Column>& columns() const;
  // Rows that an INSERT, UPDATE, DELETE or COPY touched; 0 for a SELECT.
  uint64_t rows_changed() const;
  // The next chunk, or nullopt at the end. Blocks while DuckDB computes.
  Result<std::optional<Chunk>> next();
  // All that is left. For small results.
  Result<std::vector<std::vector<Value>>> all();

 private:
  friend class Connection;
  explicit ResultStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::sql
