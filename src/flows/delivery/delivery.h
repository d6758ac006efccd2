// SPDX-License-Identifier: Apache-2.0
// One delivered file, read under its contract: typed rows, refused rows with every reason, exact totals.
//
//   auto delivery = TRY(Delivery::open(path, contract, {.scratch = folder}));   // structure wrong: the file is refused
//   database.register_source("entrega", delivery->rows());                  // contract's columns, _linha, _arquivo
//   connection.run("CREATE TABLE boas AS SELECT * FROM entrega()");
//   database.register_source("recusas", delivery->refused_rows());          // text columns, _motivo, _linha,
//   _registro const Totals totals = TRY(delivery->totals());                            // records == good + refused
//
// The file is cut into pieces at record boundaries by a first pass (layout.h); pieces are decoded by as many threads as
// ask, and the outcome does not depend on how many. Memory: one block for each thread, plus one record where a record
// is longer. Refused rows are not stored: they are decoded again, only where there are any, when somebody asks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/result.h"
#include "flows/delivery/schema.h"

namespace caudal::sql {
class TableSource;
}

namespace caudal::delivery {

struct OpenOptions {
  std::filesystem::path scratch = {};               // a gz file is unpacked here, into a file without a name
  int32_t file_ordinal = 1;                         // the value of _arquivo
  size_t threads = 2;                               // of the first pass
  size_t block_bytes = size_t{1} << 20;             // granularity of work and of memory
  size_t max_record_bytes = size_t{16} << 20;       // a longer record is refused, and kept only in its first part
  uint64_t max_unpacked_bytes = uint64_t{1} << 40;  // of a gz file
};

// Over all records of a file, whatever became of their rows.
struct AmountTotal {
  size_t column = 0;  // in the contract
  uint8_t scale = 0;
  Int128 sum = 0;          // of every record whose amount can be read, refused rows included; unit 10^-scale
  Int128 refused_sum = 0;  // the part of `sum` that is in refused rows
  uint64_t read = 0;       // records whose amount could be read
  uint64_t empty = 0;
  uint64_t unreadable = 0;
};

struct Totals {
  uint64_t records = 0;  // = good + refused
  uint64_t good = 0;
  uint64_t refused = 0;
  uint64_t blank_lines = 0;  // not records
  std::vector<AmountTotal> amounts;
  std::map<Month, uint64_t> months;  // good rows by month of the contract's month column
  uint64_t rows_without_month = 0;   // good rows where that column is NULL
};

// The text of one record, for rows that are refused later than here (by SQL rules, as repeats, as orphans).
struct RawRecord {
  uint64_t line = 0;
  std::string record;               // without its end of line; UTF-8
  std::vector<std::string> fields;  // in the contract's order, unquoted; UTF-8
};

// Thread-safe once open. Blocking.
class Delivery {
 public:
  // Errors: delivery::Errc (all of class kRefused: the file goes to quarantine whole), or of I/O.
  static Result<std::unique_ptr<Delivery>> open(const std::filesystem::path& path, const flows::Contract& contract,
                                                OpenOptions options);
  ~Delivery();

  // Good rows: the contract's columns typed and in its order, then _linha (BIGINT, 1-based physical line where the
  // record begins) and _arquivo (INTEGER). Rows come in no particular order when several threads read. May be read
  // more than once, also after the Delivery is gone.
  std::shared_ptr<sql::TableSource> rows();
  // Refused rows: the contract's columns as text (NULL where the record cannot be split into fields), then _motivo
  // (reasons joined by "; "), _linha (BIGINT), _arquivo (INTEGER), _registro (the record's text).
  std::shared_ptr<sql::TableSource> refused_rows();

  // Decodes what nobody has read yet, checks that the file is still the one that was opened (Errc::unstable), adds up.
  Result<Totals> totals();

  // The records that begin at `lines` (ascending), in that order.
  Result<std::vector<RawRecord>> extract(std::span<const uint64_t> lines) const;

  const Schema& schema() const;
  const Detected& detected() const;
  uint64_t size_bytes() const;  // as delivered, packed if it was

  class Impl;  // shared by the units of this room

 private:
  explicit Delivery(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  // shared with the tables, which DuckDB may keep longer
};

}  // namespace caudal::delivery
