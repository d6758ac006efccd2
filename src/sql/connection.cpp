// SPDX-License-Identifier: Apache-2.0
// Statements on a connection: prepare, bind, run, stop.
#include "sql/connection.h"

#include <condition_variable>
#include <limits>
#include <mutex>
#include <thread>

#include "sql/database_impl.h"
#include "sql/result_stream_impl.h"

namespace caudal::sql {
namespace {

duckdb_hugeint to_hugeint(Int128 value) { return {static_cast<uint64_t>(value), static_cast<int64_t>(value >> 64)}; }

duckdb_state bind(duckdb_prepared_statement statement, idx_t index, const Value& value) {
  struct Binder {
    duckdb_prepared_statement statement;
    idx_t index;
    duckdb_state operator()(std::monostate) const { return duckdb_bind_null(statement, index); }
    duckdb_state operator()(bool v) const { return duckdb_bind_boolean(statement, index, v); }
    duckdb_state operator()(int64_t v) const { return duckdb_bind_int64(statement, index, v); }
    duckdb_state operator()(double v) const { return duckdb_bind_double(statement, index, v); }
    duckdb_state operator()(const Decimal& v) const {
      return duckdb_bind_decimal(statement, index, {38, v.scale(), to_hugeint(v.unscaled())});
    }
    duckdb_state operator()(const std::string& v) const {
      return duckdb_bind_varchar_length(statement, index, v.data(), v.size());
    }
    duckdb_state operator()(Date v) const {
      return duckdb_bind_date(statement, index, {static_cast<int32_t>(v.time_since_epoch().count())});
    }
    duckdb_state operator()(Timestamp v) const {
      return duckdb_bind_timestamp(statement, index, {v.time_since_epoch().count()});
    }
  };
  return std::visit(Binder{statement, index}, value);
}

// Calls back about ten times a second until destroyed.
class ProgressReporter {
 public:
  ProgressReporter(const Connection& connection, const std::function<void(const Progress&)>& report) {
    if (report)
      thread_ = std::jthread([&connection, &report](std::stop_token stop) { poll(connection, report, stop); });
  }

 private:
  static void poll(const Connection& connection, const std::function<void(const Progress&)>& report,
                   const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stopped.wait_for(lock, stop, std::chrono::milliseconds(100), [] { return false; }) &&
           !stop.stop_requested())
      report(connection.progress());
  }
  std::jthread thread_;
};

Result<OwnedStatements> extract(const Connection::Impl& impl, std::string_view sql, idx_t& count) {
  OwnedStatements statements;
  count = duckdb_extract_statements(impl.connection.get(), std::string(sql).c_str(), statements.out());
  if (count > 0) return statements;
  if (const char* message = duckdb_extract_statements_error(statements.get()); message != nullptr)
    return impl.error(DUCKDB_ERROR_INVALID, message);
  return statements;
}

Result<OwnedStatement> prepare(const Connection::Impl& impl, const OwnedStatements& statements, idx_t index) {
  OwnedStatement statement;
  if (duckdb_prepare_extracted_statement(impl.connection.get(), statements.get(), index, statement.out()) !=
      DuckDBSuccess)
    return impl.error(DUCKDB_ERROR_INVALID, duckdb_prepare_error(statement.get()));
  return statement;
}

Result<OwnedStatement> prepare_one(const Connection::Impl& impl, std::string_view sql) {
  idx_t count = 0;
  const OwnedStatements statements = TRY(extract(impl, sql, count));
  if (count == 1) return prepare(impl, statements, 0);
  return Error{make_error_code(Errc::invalid_statement),
               count == 0 ? "there is no statement to run"
                          : "there are " + std::to_string(count) + " statements; give one at a time"};
}

Result<void> refuse_nul(std::string_view sql) {
  if (sql.find('\0') == std::string_view::npos) return {};
  return Error{make_error_code(Errc::invalid_statement), "the statement holds a NUL byte; remove it"};
}

}  // namespace

Error Connection::Impl::interrupted() const {
  ++counters->interruptions;
  return {make_error_code(Errc::cancelled), "the query was interrupted"};
}

Error Connection::Impl::error(duckdb_error_type type, const char* message) const {
  ++counters->failures;
  if (message != nullptr) {
    if (std::optional<Error> own = source_errors->claim(message)) return *std::move(own);
  }
  return duckdb_error(type, message);
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

void Connection::interrupt() { duckdb_interrupt(impl_->connection.get()); }

Progress Connection::progress() const {
  const duckdb_query_progress_type progress = duckdb_query_progress(impl_->connection.get());
  return {progress.percentage < 0 ? -1 : progress.percentage / 100, progress.rows_processed,
          progress.total_rows_to_process};
}

// Runs a prepared statement up to its first rows. The stop callback lives as long as the stream does.
static Result<std::unique_ptr<ResultStream::Impl>> execute(Connection& connection, const Connection::Impl& impl,
                                                           duckdb_prepared_statement statement,
                                                           const QueryOptions& options) {
  auto stream = std::make_unique<ResultStream::Impl>();
  stream->connection = &impl;
  stream->counters = impl.counters;
  ++impl.counters->statements;
  ++impl.counters->statements_running;
  if (options.stop.stop_possible()) stream->on_stop.emplace(options.stop, [&connection] { connection.interrupt(); });
  stream->stop = options.stop;
  const ProgressReporter reporter(connection, options.on_progress);
  OwnedPending pending;
  if (duckdb_pending_prepared_streaming(statement, pending.out()) != DuckDBSuccess)
    return options.stop.stop_requested() ? impl.interrupted()
                                         : impl.error(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending.get()));
  // Beginning a query clears an interrupt that came before it, so look again. Its tasks may be at work already:
  // executing it waits until they have ended.
  if (options.stop.stop_requested()) connection.interrupt();
  if (duckdb_execute_pending(pending.get(), stream->result.out()) != DuckDBSuccess) {
    if (options.stop.stop_requested()) return impl.interrupted();
    return impl.error(duckdb_result_error_type(stream->result.out()), duckdb_result_error(stream->result.out()));
  }
  stream->started = true;
  return stream;
}

Result<uint64_t> Connection::run(std::string_view sql, const QueryOptions& options) {
  TRY(refuse_nul(sql));
  idx_t count = 0;
  const OwnedStatements statements = TRY(extract(*impl_, sql, count));
  uint64_t rows_changed = 0;
  for (idx_t i = 0; i < count; ++i) {
    const OwnedStatement statement = TRY(prepare(*impl_, statements, i));
    std::unique_ptr<ResultStream::Impl> stream = TRY(execute(*this, *impl_, statement.get(), options));
    rows_changed = TRY(stream->drain());
  }
  return rows_changed;
}

Result<ResultStream> Connection::query(std::string_view sql, std::span<const Value> parameters,
                                       const QueryOptions& options) {
  TRY(refuse_nul(sql));
  const OwnedStatement statement = TRY(prepare_one(*impl_, sql));
  if (duckdb_nparams(statement.get()) != parameters.size())
    return Error{make_error_code(Errc::invalid_statement),
                 "the statement takes " + std::to_string(duckdb_nparams(statement.get())) + " parameters and got " +
                     std::to_string(parameters.size())};
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (bind(statement.get(), i + 1, parameters[i]) != DuckDBSuccess)
      return Error{make_error_code(Errc::invalid_statement), "parameter " + std::to_string(i + 1) + " cannot be bound"};
  }
  std::unique_ptr<ResultStream::Impl> stream = TRY(execute(*this, *impl_, statement.get(), options));
  TRY(stream->describe());
  return ResultStream(std::move(stream));
}

Result<std::vector<Column>> Connection::describe(std::string_view sql) {
  TRY(refuse_nul(sql));
  const OwnedStatement statement = TRY(prepare_one(*impl_, sql));
  std::vector<Column> columns;
  for (idx_t i = 0; i < duckdb_prepared_statement_column_count(statement.get()); ++i) {
    // Allocated by DuckDB, whatever the const says.
    const std::string name = take_string(const_cast<char*>(duckdb_prepared_statement_column_name(statement.get(), i)));
    const OwnedLogicalType type(duckdb_prepared_statement_column_logical_type(statement.get(), i));
    columns.push_back({name, TRY(from_logical_type(type.get(), name))});
  }
  return columns;
}

Result<size_t> Connection::count(std::string_view sql) {
  TRY(refuse_nul(sql));
  idx_t count = 0;
  TRY(extract(*impl_, sql, count));
  return static_cast<size_t>(count);
}

}  // namespace caudal::sql
