// SPDX-License-Identifier: Apache-2.0
// One DuckDB instance: its limits, its sandbox, and the C++ tables that its SQL can read. Not a store of anything:
// Caudal opens it in memory for the life of a query or of a flow's step.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/connection.h"
#include "sql/counters.h"
#include "sql/table_source.h"

namespace caudal::sql {

struct DatabaseOptions {
  std::string path = ":memory:";
  uint64_t memory_limit_bytes = 0;            // 0: DuckDB's own, 80 % of the machine
  unsigned threads = 0;                       // 0: one for each core
  std::filesystem::path temp_directory = {};  // where it spills beyond the memory limit; empty: it does not spill
  uint64_t temp_limit_bytes = 0;              // 0: 90 % of the free disk
  bool preserve_insertion_order = false;      // true: rows come in file order without ORDER BY, at the cost of memory
  bool counts_progress = false;  // for QueryOptions::on_progress; costs up to a tenth of a statement's work
  bool integer_division = true;  // 7/2 is 3, as in Trino and Athena; DuckDB alone says 3.5
  // Shared, so that it may be watched longer than any database lives; nothing: nobody counts.
  std::shared_ptr<Counters> counters = {};
};

// What sealed SQL may still touch. Everything else of the machine is refused.
struct Sandbox {
  std::vector<std::filesystem::path> directories;  // these, and all beneath them
  std::vector<std::filesystem::path> files;
};

// Thread-safe. Must outlive its connections.
class Database {
 public:
  struct Impl;  // known inside the room only
  static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A connection made after seal() reports no progress: DuckDB switches that on by a setting.
  Result<std::unique_ptr<Connection>> connect();

  // Makes `source` readable as the table function `name()`: SELECT * FROM name(). Stays for the life of the database; a
  // name serves once (Errc::invalid_setting). The source is shared with DuckDB, whose threads may still read it when
  // the caller has let go.
  Result<void> register_source(std::string_view name, std::shared_ptr<TableSource> source);

  // From now on no statement, trusted or not, reaches a file outside `sandbox`, loads an extension or changes a setting
  // of the database. Cannot be undone.
  Result<void> seal(const Sandbox& sandbox);

 private:
  friend class Connection;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// "v1.5.6".
std::string library_version();

}  // namespace caudal::sql
