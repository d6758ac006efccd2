// SPDX-License-Identifier: Apache-2.0
// Running SQL on a Database: statements, parameters, streamed results, cancelling and progress.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/result_stream.h"
#include "sql/type.h"

namespace caudal::sql {

class Database;

// How far a running query is. `fraction` is within 0 and 1, or negative while DuckDB cannot tell.
struct Progress {
  double fraction = -1;
  uint64_t rows_processed = 0;
  uint64_t rows_total = 0;
};

struct QueryOptions {
  // A stop request interrupts the running query; the call then answers Errc::cancelled.
  std::stop_token stop = {};
  // Called from a thread of its own about ten times a second while the call blocks. Must not use the connection. Knows
  // a fraction only where DatabaseOptions::counts_progress says so.
  std::function<void(const Progress&)> on_progress = {};
};

// One at a time: not thread-safe, except interrupt() and progress(). Must not outlive its Database.
class Connection {
 public:
  struct Impl;  // known inside the room only
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs every statement of `sql` to its end and forgets the rows. Answers the rows changed by the last one.
  Result<uint64_t> run(std::string_view sql, const QueryOptions& options = {});

  // Runs one statement (Errc::invalid_statement if there are none or several) and streams its rows: memory stays
  // bounded whatever the size. `parameters` fill $1, $2, ... The stream must be drained or destroyed before the
  // connection's next statement, and must not outlive the connection. `options.stop` holds for the whole stream.
  Result<ResultStream> query(std::string_view sql, std::span<const Value> parameters = {},
                             const QueryOptions& options = {});

  // How many statements `sql` holds; only its syntax is looked at.
  Result<size_t> count(std::string_view sql);
  // The columns that one statement would answer, without running it. Parameters may be open.
  Result<std::vector<Column>> describe(std::string_view sql);

  // A table that a statement names.
  struct TableName {
    std::vector<std::string> parts;  // unquoted: ["tb_faturas"], ["curated", "tb_faturas"], or three with a catalog
    bool operator==(const TableName&) const = default;
    auto operator<=>(const TableName&) const = default;
  };
  // The tables that a SELECT reads, sorted, each once, by DuckDB's own parser: not its CTEs, not table functions. They
  // need not exist. Errc::invalid_statement for a mistake in the syntax, Errc::unsupported for other statements.
  Result<std::vector<TableName>> table_names(std::string_view sql);

  // Stops whatever this connection is running. Safe from any thread.
  void interrupt();
  // Safe from any thread.
  Progress progress() const;

 private:
  friend class Database;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::sql
