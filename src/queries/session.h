// SPDX-License-Identifier: Apache-2.0
// One sandboxed DuckDB with the catalog's tables in it, for one query or one step of a flow. Tables appear when a
// statement names them, as they are in the session's view of the catalog, and stay so whatever is published meanwhile.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/view.h"
#include "objects/store.h"
#include "queries/system_table.h"
#include "queries/table_files.h"
#include "sql/database.h"

namespace caudal::queries {

using SystemTables = std::map<std::string, std::shared_ptr<const SystemTable>, std::less<>>;

struct Limits {
  uint64_t memory_bytes = 0;  // 0: 80 % of the machine
  unsigned threads = 0;       // 0: one for each core
  uint64_t spill_bytes = 0;   // on disk, beyond the memory limit; 0: 90 % of what is free
};

struct SessionOptions {
  // Which state of the catalog the tables show; none: the live one at the time of opening.
  std::optional<catalog::View> view = {};
  std::optional<Limits> limits = {};
  // Where unqualified table names are looked for, besides the session's own temporary tables.
  std::string default_database = {};
  // Folders that materialize() may write to, besides scratch_directory(). They must exist.
  std::vector<std::filesystem::path> output_directories = {};
  // Rows come in the order of the files when a statement has no ORDER BY. Costs memory and threads.
  bool preserve_insertion_order = false;
  // QueryOptions::on_progress is told a fraction; costs up to a tenth of a statement's work.
  bool counts_progress = false;
};

using sql::QueryOptions;

struct MaterializeOptions {
  // Columns to sort by: name a key, so that two runs write the same file. Empty: by all columns, left to right, which
  // is as good and costs more.
  std::vector<std::string> order_by = {};
  // Rows as they come, in any order, and faster.
  bool any_order = false;
  // "zstd" (smaller) or "snappy" (less work).
  std::string compression = "zstd";
  // Whole numbers and decimals as packed differences (DELTA_BINARY_PACKED) and no dictionaries: half the work and less
  // space for many columns of amounts, more space for columns of few values. For readers that know Parquet 2's
  // encodings, as Athena 3, Trino, Spark 3.3, Arrow and DuckDB do. Without effect where a column is nested.
  bool differences = false;
  // Of one group of rows. Each thread holds one in memory while it writes. 0: fewer for wide tables, at most 122,880.
  uint64_t row_group_rows = 0;
  std::stop_token stop = {};
  std::function<void(const sql::Progress&)> on_progress = {};  // see sql::QueryOptions
};

struct Materialized {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::vector<catalog::Column> columns;
};

struct MaterializeJob {
  std::string select;
  std::filesystem::path target;
};

// A catalog table as the session reads it, for lineage.
struct ResolvedTable {
  catalog::Table table;
  std::vector<catalog::Partition> partitions;
  size_t files = 0;
};

// Not thread-safe, except interrupt() and progress(). Must not outlive its Engine.
class Session {
 public:
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs one SELECT, or EXPLAIN of one, with `parameters` for $1, $2, ...; Errc::statement_refused for anything else.
  // SHOW (see show.h) and DESCRIBE tell of the catalog; DuckDB's information_schema and pg_catalog, which
  // would not, are refused with Errc::invalid_name. Statements come from users. The stream must be drained or destroyed
  // before the session's next call. Errors: catalog::Errc::not_found with the nearest names; sql's.
  Result<sql::ResultStream> query(std::string_view sql, std::span<const sql::Value> parameters = {},
                                  const QueryOptions& options = {});
  Result<sql::ResultStream> query(std::string_view sql, const QueryOptions& options);

  // The columns that a SELECT would answer, in the catalog's types, without running it.
  Result<std::vector<catalog::Column>> columns(std::string_view select);

  // Writes the rows of a user's SELECT to a new Parquet file at `target`, below scratch_directory() or one of the
  // output directories. Nothing is left there when it fails.
  Result<Materialized> materialize(std::string_view select, const std::filesystem::path& target,
                                   const MaterializeOptions& options = {});

  // Several at once, by as many connections as the session has threads; the SELECTs name no temporary table or view.
  // `done` is called on the caller's thread, in the order of the jobs, as soon as its file is there, while others are
  // being written; it may take the file away. The first error, of a job or of `done`, ends it all, and files for which
  // `done` was not called are removed.
  Result<void> materialize_each(std::span<const MaterializeJob> jobs, const MaterializeOptions& options,
                                const std::function<Result<void>(size_t job, const Materialized& made)>& done);

  // Keeps the rows of a SELECT under a name for the session's later statements: computed once, or at every use.
  Result<uint64_t> create_table(std::string_view name, std::string_view select, const QueryOptions& options = {});
  Result<void> create_view(std::string_view name, std::string_view select);

  // Trusted SQL of Caudal's own, of any kind and number, within the sandbox; the rows changed by the last statement.
  // Catalog tables must be written as database.table.
  Result<uint64_t> run(std::string_view sql, const QueryOptions& options = {});

  // Makes `name()` a table function of this session.
  Result<void> register_source(std::string_view name, std::shared_ptr<sql::TableSource> source);

  // Another connection, for rows that are read while the session itself is at work. It sees the tables that were
  // brought in by then, but no temporary ones. For trusted SQL. Must not outlive the session.
  Result<std::unique_ptr<sql::Connection>> connect();

  // Checks a user's SELECT (or EXPLAIN of one) and brings in the tables that it names.
  Result<void> prepare(std::string_view sql);
  // Brings in one table of the catalog, or of the system database.
  Result<void> resolve(std::string_view database, std::string_view table);
  // Catalog tables brought in so far, in order of name.
  std::vector<const ResolvedTable*> resolved() const;

  // A folder for files that live as long as the session.
  const std::filesystem::path& scratch_directory() const { return scratch_; }

  void interrupt() { connection_->interrupt(); }
  sql::Progress progress() const { return connection_->progress(); }

 private:
  friend class Engine;
  Session(catalog::View view, objects::Store& objects, LinkFolders& link_folders, SystemTables system_tables,
          std::filesystem::path folder);
  Result<void> start(const SessionOptions& options, const Limits& limits, std::shared_ptr<sql::Counters> counters);
  Result<void> resolve_name(const sql::Connection::TableName& name);
  Result<void> resolve_system_table(const std::string& table);
  Result<void> resolve_catalog_table(const std::string& database, const std::string& table);
  Result<void> check_select(std::string_view select);

  catalog::View view_;
  objects::Store& objects_;
  LinkFolders& link_folders_;
  const SystemTables system_tables_;
  const std::filesystem::path folder_;  // all of the session's files, removed with it
  const std::filesystem::path tables_;  // links to objects
  const std::filesystem::path scratch_;
  std::string default_database_;
  unsigned threads_ = 1;  // DuckDB's
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<sql::Connection> connection_;
  std::set<std::string> schemas_;
  std::set<std::string> system_resolved_;
  std::set<std::pair<std::string, std::string>> absent_;  // pairs of names that run() found to be no tables
  std::map<std::pair<std::string, std::string>, ResolvedTable> resolved_;  // by database and name
  std::vector<std::unique_ptr<TableFiles>> files_;
};

}  // namespace caudal::queries
