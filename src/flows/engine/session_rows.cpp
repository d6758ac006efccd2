// SPDX-License-Identifier: Apache-2.0
// Conversions from a result's values.
#include "flows/engine/session_rows.h"

#include "base/check.h"

namespace caudal::flows::engine {

Result<Rows> query_rows(queries::Session& session, std::string_view statement, const sql::QueryOptions& options) {
  auto stream = TRY(session.query(statement, {}, options));
  return stream.all();
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
