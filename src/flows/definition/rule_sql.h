// SPDX-License-Identifier: Apache-2.0
// From a quality rule to SQL over a table, in the part of the language that Trino and DuckDB share where it can be.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/mistakes.h"
#include "flows/definition/contract.h"
#include "flows/definition/rule.h"

namespace caudal::flows {

// What is known of a table already: of these columns only the values that stand in table `repeated` may stand in
// several rows, so that a rule about their uniqueness needs to count no others.
struct KnownKey {
  std::vector<std::string> columns = {};
  std::string repeated = {};  // as SQL after FROM; holds the columns
};

// The table that a rule is measured on.
struct RuleTarget {
  std::string table = {};  // as SQL after FROM: a quoted name or a parenthesised SELECT
  const std::vector<ContractColumn>* columns = nullptr;
  Date today = {};  // what now() and DataFreshness count from
  // SQL after FROM for a table that the rule refers to (RowCountMatch, SchemaMatch, ReferentialIntegrity); absent or
  // answering nothing: such a rule is an error. CustomSql says `primary` for the table itself.
  std::function<std::optional<std::string>(std::string_view)> reference = {};
  std::function<std::optional<std::vector<ContractColumn>>(std::string_view)> reference_columns = {};  // SchemaMatch
  std::optional<KnownKey> known_key = {};
};

// Whether the rule can be meant for these columns: they exist, their types fit. Everything wrong is added to `mistakes`
// at `place`. What a rule refers to outside the table is not looked at.
void check_rule(const Rule& rule, const std::vector<ContractColumn>& columns, const TextPlace& place,
                Mistakes& mistakes);

// A condition over the table's columns, never NULL: true for rows that satisfy the rule. NULL passes all but
// IsComplete and Completeness. Of a composite: its parts, joined for each row. Error invalid_rule when the rule is not
// row-level.
Result<std::string> row_predicate(const Rule& rule, const RuleTarget& target);

// Composites whose parts are all about single rows, without a share of them, are measured row by row, as they set rows
// aside; of others each part is measured over the table, and `measured` tells each: "(4: holds) and (0.75: fails)".
// A SELECT of one row: measured VARCHAR, passed BOOLEAN, rows_failed BIGINT (NULL unless row-level), rows_total BIGINT.
Result<std::string> measure_query(const Rule& rule, const RuleTarget& target);

// The same for a table that is never there as a whole: a rule about single rows is counted on each piece, and judged by
// the sums. `count_queries` gives SELECTs of one row (total BIGINT, good BIGINT): one, or one for each part that a
// composite measures by itself. Error invalid_rule when the rule is not row-level.
struct RowCounts {
  uint64_t total = 0;  // rows that the rule is about
  uint64_t good = 0;
};
Result<std::vector<std::string>> count_queries(const Rule& rule, const RuleTarget& target);
// As measure_query over the whole of `rows_total` rows; `counts` are in the order of count_queries.
std::string judge_query(const Rule& rule, std::span<const RowCounts> counts, uint64_t rows_total);

}  // namespace caudal::flows
