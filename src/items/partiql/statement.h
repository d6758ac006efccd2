// SPDX-License-Identifier: Apache-2.0
// PartiQL, as DynamoDB has it: one statement about one table, read into the trees of items/expressions.
//
//   const Statement statement = TRY(parse_statement("UPDATE \"t\" SET n = n + ? WHERE id = 'a'", parameters));
//   const WhereKeys keys = TRY(split_where(statement, table.key));
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/expressions/condition.h"
#include "items/expressions/update.h"
#include "items/values/keys.h"

namespace caudal::items::partiql {

enum class StatementKind : uint8_t { kSelect, kInsert, kUpdate, kDelete };
enum class Returning : uint8_t { kNothing, kAllOld, kModifiedOld, kAllNew, kModifiedNew };

// A part of an item that is selected, and what it is called in the answer.
struct Column {
  Path path;
  std::string name;
};

struct OrderBy {
  std::string attribute;
  bool ascending = true;
};

struct Statement {
  StatementKind kind = StatementKind::kSelect;
  bool exists = false;  // EXISTS(SELECT …), of transactions
  std::string table = {};
  std::optional<std::string> index = {};
  std::vector<Column> columns = {};  // of SELECT; none: all attributes
  std::optional<Condition> where = {};
  std::vector<OrderBy> order_by = {};
  Item item = {};  // of INSERT
  std::optional<Update> update = {};
  Returning returning = Returning::kNothing;
  // What the trees refer to. Moving is fine.
  std::vector<std::unique_ptr<const Value>> constants = {};
};

// `parameters`: for each "?", in order. Errors in the service's words where they are known:
// ExpressionErrc::invalid_expression, and those of values (ValueErrc::invalid_value).
Result<Statement> parse_statement(std::string_view text, std::vector<Value> parameters);

// What a WHERE says about keys, and what else.
struct WhereKeys {
  std::optional<KeyCondition> key = {};  // nothing: the partition is not given, and all items must be looked at
  bool is_one_item = false;              // all attributes of the key are given by equality
  std::optional<Condition> rest = {};    // that the items must fulfil beside
};
// Errors: those of key_condition (items/expressions/key_clauses.h).
Result<WhereKeys> split_where(const Statement& statement, const KeySchema& schema);
Result<WhereKeys> split_where(const Condition& where, const KeySchema& schema);

}  // namespace caudal::items::partiql
