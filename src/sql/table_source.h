// SPDX-License-Identifier: Apache-2.0
// C++ rows as a SQL table: what decoders and system tables implement, and DuckDB reads by several threads at once.
//
//   class Numbers final : public TableSource {
//     const std::vector<Column>& columns() const override { return columns_; }
//     Result<std::unique_ptr<TableScan>> scan() override { return std::make_unique<NumbersScan>(); }
//   };
//   database.register_source("numbers", std::make_shared<Numbers>());   // SELECT sum(n) FROM numbers()
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "sql/chunk_writer.h"
#include "sql/type.h"

namespace caudal::sql {

// One thread's part of a scan. Used by one thread at a time.
class TableReader {
 public:
  virtual ~TableReader() = default;
  // Writes up to writer.capacity() rows from row 0 on and answers how many; 0 is the end of this reader. May block. An
  // error ends the query and is what its caller gets, code and context included.
  virtual Result<size_t> read(ChunkWriter& writer) = 0;
};

// One pass over the table: hands the rows out to its readers, each row to exactly one of them.
class TableScan {
 public:
  virtual ~TableScan() = default;
  // Thread-safe: called once by each of DuckDB's threads that takes part. A reader that finds no work left answers 0
  // rows at its first read.
  virtual Result<std::unique_ptr<TableReader>> open_reader() = 0;
};

// A table. Thread-safe: a statement may scan it several times, also at once.
class TableSource {
 public:
  virtual ~TableSource() = default;
  virtual const std::vector<Column>& columns() const = 0;
  // How many threads may read one scan together.
  virtual size_t max_readers() const { return 1; }
  // About how many rows there are, for the optimiser's choice of plans.
  virtual std::optional<uint64_t> row_estimate() const { return std::nullopt; }
  // Begins a pass. Outlives its readers.
  virtual Result<std::unique_ptr<TableScan>> scan() = 0;
};

// A table of ready rows, for system tables and tests. Every row has a Value for each column, of the column's type.
std::shared_ptr<TableSource> make_rows_source(std::vector<Column> columns, std::vector<std::vector<Value>> rows);

// The rows of all `sources`, which are at least one and have the same columns. A statement over hundreds of small
// tables by UNION ALL costs DuckDB several times as much as over one.
std::shared_ptr<TableSource> concatenate(std::vector<std::shared_ptr<TableSource>> sources);

}  // namespace caudal::sql
