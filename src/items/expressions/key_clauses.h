// SPDX-License-Identifier: Apache-2.0
// What a query says about keys: clauses about attributes, by KeyConditionExpression or by the legacy KeyConditions, and
// with the key schema of the table or index the condition that its store can look up (items/values/keys.h).
//
//   const Condition condition = TRY(parse_condition(ExpressionKind::kKeyCondition, "PK = :p AND SK >= :s", names));
//   const KeyCondition key = TRY(key_condition(TRY(key_clauses(condition)), table.key));
//   const KeyRange range = range_of(key);
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "items/expressions/condition.h"
#include "items/values/keys.h"

namespace caudal::items {

struct KeyClause {
  std::string attribute;
  SortCondition condition = {};
  // Of the legacy parameters: an operator that no key can be looked up by. It is told once the table is known.
  bool is_indexable = true;
};
using KeyClauses = std::vector<KeyClause>;

// Errors in DynamoDB's words: ExpressionErrc::invalid_expression; so below.
Result<KeyClauses> key_clauses(const Condition& condition);

Result<KeyCondition> key_condition(const KeyClauses& clauses, const KeySchema& schema);

}  // namespace caudal::items
