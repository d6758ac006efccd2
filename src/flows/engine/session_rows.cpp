// SPDX-License-Identifier: Apache-2.0
// Conversions from a result's values.
#include "flows/engine/session_rows.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "base/check.h"
#include "base/ordered_work.h"

namespace caudal::flows::engine {

// Stops for either of two reasons.
static Result<Rows> query_until(sql::Connection& connection, const std::string& statement,
                                const sql::QueryOptions& options, const std::stop_token& halt) {
  std::stop_source stop;
  const std::stop_callback on_halt(halt, [&] { stop.request_stop(); });
  const std::stop_callback on_stop(options.stop, [&] { stop.request_stop(); });
  auto stream = TRY(connection.query(statement, {}, {.stop = stop.get_token(), .on_progress = options.on_progress}));
  return stream.all();
}

Result<Rows> query_rows(queries::Session& session, std::string_view statement, const sql::QueryOptions& options) {
  auto stream = TRY(session.query(statement, {}, options));
  return stream.all();
}

Result<std::vector<Rows>> query_rows_of_each(queries::Session& session, const std::vector<std::string>& statements,
                                             const sql::QueryOptions& options) {
  std::vector<OrderedWork<Rows>::Worker> workers;
  for (const std::string& statement : statements) {
    TRY(session.prepare(statement));
    if (workers.size() >= std::max(1U, std::thread::hardware_concurrency())) continue;
    workers.emplace_back(
        [&, connection = std::shared_ptr(TRY(session.connect()))](size_t i, const std::stop_token& halt) {
          return query_until(*connection, statements[i], options, halt);
        });
  }
  OrderedWork<Rows> work(statements.size(), std::move(workers));
  std::vector<Rows> all;
  for (size_t i = 0; i < statements.size(); ++i) all.push_back(TRY(work.take()));
  return all;
}

Result<int64_t> query_count(queries::Session& session, std::string_view statement, const sql::QueryOptions& options) {
  const Rows rows = TRY(query_rows(session, statement, options));
  CHECK(rows.size() == 1 && rows[0].size() == 1, "a count answers one value");
  return whole(rows[0][0]);
}

int64_t whole(const sql::Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return *number;
  if (const auto* wide = std::get_if<Decimal>(&value)) return static_cast<int64_t>(wide->unscaled());
  return 0;
}

std::string text(const sql::Value& value) {
  const auto* found = std::get_if<std::string>(&value);
  return found ? *found : std::string();
}

Decimal decimal(const sql::Value& value) {
  if (const auto* exact = std::get_if<Decimal>(&value)) return *exact;
  return Decimal(whole(value), 0);
}

Tally tally(const std::vector<sql::Value>& row, size_t first) {
  Tally result;
  result.rows = static_cast<uint64_t>(whole(row[first]));
  for (size_t i = first + 1; i < row.size(); ++i) result.amounts.push_back(decimal(row[i]));
  return result;
}

}  // namespace caudal::flows::engine
