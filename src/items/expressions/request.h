// SPDX-License-Identifier: Apache-2.0
// All expressions of one request, with the names and values that they share: read together, since DynamoDB tells their
// errors in an order of its own, and tells names and values that none of them used.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/expressions/condition.h"
#include "items/expressions/key_clauses.h"
#include "items/expressions/placeholders.h"
#include "items/expressions/projection.h"
#include "items/expressions/update.h"

namespace caudal::items {

// The parameters as the request has them; nothing for those that it lacks.
struct ExpressionTexts {
  std::optional<std::string_view> update = {};
  std::optional<std::string_view> condition = {};
  std::optional<std::string_view> key_condition = {};
  std::optional<std::string_view> filter = {};
  std::optional<std::string_view> projection = {};
};

// What they say, or what the legacy parameters say (legacy.h). The trees refer to values of `placeholders` and of
// `constants`, so they are kept together; moving is fine.
struct Expressions {
  Placeholders placeholders = {};
  std::vector<std::unique_ptr<const Value>> constants = {};
  std::optional<Update> update = {};
  std::optional<Condition> condition = {};
  std::optional<KeyClauses> key_clauses = {};
  std::optional<Condition> filter = {};
  std::optional<Projection> projection = {};
};

// Errors in DynamoDB's words: ExpressionErrc::invalid_expression; so below.
Result<Expressions> parse_expressions(const ExpressionTexts& texts, Placeholders placeholders);

// Which parameters of a request there are, by name; those of one operation, in the order in which it tells them.
struct Parameter {
  std::string_view name;
  bool present;
};

// Expressions and legacy parameters exclude each other, and names and values are nothing without expressions. To be
// asked before anything is read. `expressions`: with ProjectionExpression, where the operation has it.
Result<void> check_parameters(const std::vector<Parameter>& expressions, const std::vector<Parameter>& legacy,
                              bool names_present, bool values_present);

// No expression but a projection may look inside an attribute of a key, since those are scalars. `index_schemas`: of
// the table's secondary indexes.
Result<void> check_key_paths(const std::vector<const Path*>& paths, const KeySchema& schema,
                             const std::vector<KeySchema>& index_schemas);
// A query's filter may not look at the keys of what is queried, be it the table or an index. `parameter`: "Filter
// Expression" or "QueryFilter", as the error names it.
Result<void> check_filter_keys(std::string_view parameter, const Condition& filter, const KeySchema& schema);
// The paths of all expressions but the projection, for check_key_paths.
std::vector<const Path*> paths_of(const Expressions& expressions);

}  // namespace caudal::items
