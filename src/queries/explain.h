// SPDX-License-Identifier: Apache-2.0
// The one thing that Caudal reads of a statement by itself: whether it begins with EXPLAIN, and what is explained, so
// that the rest can be held to the same rules. DuckDB's parser does all else.
#pragma once

#include <optional>
#include <string_view>

namespace caudal::queries {

// The statement behind "EXPLAIN", "EXPLAIN ANALYZE" or "EXPLAIN (options)", comments skipped; nullopt when `sql` begins
// with something else.
std::optional<std::string_view> explained_statement(std::string_view sql);

}  // namespace caudal::queries
