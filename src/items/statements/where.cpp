// SPDX-License-Identifier: Apache-2.0
#include "items/statements/where.h"

namespace caudal::items {

KeyClauses clauses_of(const KeySchema& schema, const KeyCondition& key) {
  KeyClauses clauses;
  const auto equal = [&](const KeyAttribute& attribute, const Value& value) {
    clauses.push_back({.attribute = attribute.name, .condition = {.op = SortOperator::kEqual, .operand = value}});
  };
  for (size_t n = 0; n < key.partition.size(); ++n) equal(schema.partition[n], key.partition[n]);
  for (size_t n = 0; n < key.sort_equal.size(); ++n) equal(schema.sort[n], key.sort_equal[n]);
  if (key.sort) clauses.push_back({.attribute = schema.sort[key.sort_equal.size()].name, .condition = *key.sort});
  return clauses;
}

Item key_of_condition(const KeySchema& schema, const KeyCondition& key) {
  Item item;
  for (const KeyClause& clause : clauses_of(schema, key)) {
    if (clause.condition.op == SortOperator::kEqual) item.set(clause.attribute, clause.condition.operand);
  }
  return item;
}

}  // namespace caudal::items
