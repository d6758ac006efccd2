// SPDX-License-Identifier: Apache-2.0
// Small results of a session's query, taken whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "flows/engine/account.h"
#include "queries/session.h"

namespace caudal::flows::engine {

using Rows = std::vector<std::vector<sql::Value>>;

Result<Rows> query_rows(queries::Session& session, std::string_view statement, const sql::QueryOptions& options);
// Several at once, each whole, in their order: as many as there are cores, each in a connection of its own, so that
// they may name no temporary table of the session's. The first error ends them all.
Result<std::vector<Rows>> query_rows_of_each(queries::Session& session, const std::vector<std::string>& statements,
                                             const sql::QueryOptions& options);
// The one whole number that `statement` answers; 0 for NULL.
Result<int64_t> query_count(queries::Session& session, std::string_view statement, const sql::QueryOptions& options);

// Cells as whole numbers, text and exact decimals; NULL is 0 and "".
int64_t whole(const sql::Value& value);
std::string text(const sql::Value& value);
Decimal decimal(const sql::Value& value);
// Columns `first` (count) and those after it (amounts) of a row as a Tally.
Tally tally(const std::vector<sql::Value>& row, size_t first);

}  // namespace caudal::flows::engine
