// SPDX-License-Identifier: Apache-2.0
// Results as Parquet files, one or several at once.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/ordered_work.h"
#include "queries/session.h"
#include "queries/type_map.h"

namespace caudal::queries {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

std::string order_clause(const MaterializeOptions& options) {
  if (options.any_order) return "";
  if (options.order_by.empty()) return " ORDER BY ALL";
  std::string clause;
  for (const std::string& column : options.order_by)
    clause += (clause.empty() ? " ORDER BY " : ", ") + quote_identifier(column);
  return clause;
}

// Whole vectors of DuckDB's, with some 64 MiB of cells if these take 8 bytes each.
uint64_t rows_of_a_group(size_t columns) {
  constexpr uint64_t kVectorRows = 2'048;
  constexpr uint64_t kMostVectors = 60;
  const uint64_t vectors = (uint64_t{64} << 20) / (8 * kVectorRows * std::max<size_t>(columns, 1));
  return kVectorRows * std::clamp<uint64_t>(vectors, 1, kMostVectors);
}

// Writing over a link would damage the object behind it.
Result<void> refuse_existing(const std::filesystem::path& target) {
  std::error_code ignored;
  if (!std::filesystem::exists(target, ignored)) return {};
  return Error{make_error_code(caudal::Errc::exists),
               fmt::format("{} exists already; results go to new files only", target.string())};
}

void remove_quietly(const std::filesystem::path& target) {
  std::error_code ignored;  // the statement's own error is the one to tell
  std::filesystem::remove(target, ignored);
}

// DuckDB 1.5 fails to write lists of texts with NULLs by Parquet 2's encodings.
bool can_be_differences(const std::vector<catalog::Column>& columns) {
  return std::ranges::none_of(columns, [](const catalog::Column& column) { return column.type.is_nested(); });
}

// Writes a table of these columns. Rows and bytes of what was written; nothing is left at the target when it fails.
Result<Materialized> write(sql::Connection& connection, const MaterializeJob& job,
                           const std::vector<catalog::Column>& columns, const MaterializeOptions& options) {
  // Through a view, so that the user's text is a statement of its own and not a part of another.
  constexpr const char* kView = "caudal_materialized";
  TRY(connection.run(fmt::format("CREATE OR REPLACE TEMP VIEW {} AS {}", kView, job.select)));
  const std::string rows = fmt::format("SELECT * FROM {}{}", kView, order_clause(options));
  const uint64_t group_rows = options.row_group_rows > 0 ? options.row_group_rows : rows_of_a_group(columns.size());
  const char* const encoding = options.differences && can_be_differences(columns)
                                   ? ", PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 0, WRITE_BLOOM_FILTER false"
                                   : "";
  // Level 3, zstd's own, takes a fifth more time than level 1 to write curated rows, and saves two hundredths of space.
  const char* const level = options.compression == "zstd" ? ", COMPRESSION_LEVEL 1" : "";
  const std::string copy =
      fmt::format("COPY ({}) TO {} (FORMAT parquet, COMPRESSION {}{}, ROW_GROUP_SIZE {}{})", rows,
                  quote_literal(job.target.string()), options.compression, level, group_rows, encoding);
  Result<uint64_t> written = connection.run(copy, {.stop = options.stop, .on_progress = options.on_progress});
  if (!written) {
    remove_quietly(job.target);
    return std::move(written).error();
  }
  Materialized result{.rows = *written, .bytes = 0, .columns = {}};
  result.bytes = TRY(TRY(File::open_read(job.target)).size_bytes());
  return result;
}

// Hands every outcome over, up to the first error.
Result<void> take_each(OrderedWork<Materialized>& work, std::vector<std::vector<catalog::Column>>& columns,
                       const std::function<Result<void>(size_t, const Materialized&)>& done) {
  for (size_t i = 0; i < columns.size(); ++i) {
    Materialized made = TRY(work.take());
    made.columns = std::move(columns[i]);
    TRY(done(i, made));
  }
  return {};
}

}  // namespace

Result<Materialized> Session::materialize(std::string_view select, const std::filesystem::path& target,
                                          const MaterializeOptions& options) {
  TRY(refuse_existing(target));
  std::vector<catalog::Column> columns = TRY(this->columns(select));
  Materialized result = TRY(write(*connection_, {std::string(select), target}, columns, options));
  result.columns = std::move(columns);
  return result;
}

Result<void> Session::materialize_each(std::span<const MaterializeJob> jobs, const MaterializeOptions& options,
                                       const std::function<Result<void>(size_t, const Materialized&)>& done) {
  std::vector<std::vector<catalog::Column>> columns;
  for (const MaterializeJob& job : jobs) {
    TRY(refuse_existing(job.target));
    columns.push_back(TRY(this->columns(job.select)));
  }
  std::vector<OrderedWork<Materialized>::Worker> workers;
  for (size_t i = 0; i < std::min<size_t>(jobs.size(), threads_); ++i) {
    workers.emplace_back(
        [&, connection = std::shared_ptr(TRY(database_->connect()))](size_t job, const std::stop_token& halt) {
          MaterializeOptions own = options;
          std::stop_source stop;
          const std::stop_callback on_halt(halt, [&] { stop.request_stop(); });
          const std::stop_callback on_stop(options.stop, [&] { stop.request_stop(); });
          own.stop = stop.get_token();
          return write(*connection, jobs[job], columns[job], own);
        });
  }
  OrderedWork<Materialized> work(jobs.size(), std::move(workers));
  const Result<void> taken = take_each(work, columns, done);
  const auto left = work.finish();
  for (size_t i = 0; i < left.size(); ++i) {
    if (left[i] && *left[i]) remove_quietly(jobs[i].target);
  }
  return taken;
}

}  // namespace caudal::queries
