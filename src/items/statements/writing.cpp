// SPDX-License-Identifier: Apache-2.0
#include "items/statements/writing.h"

#include "items/expressions/errors.h"
#include "items/statements/where.h"

namespace caudal::items {
namespace {

Error invalid(std::string message) { return {ExpressionErrc::invalid_expression, std::move(message)}; }

Condition about_key(Condition::Op op, const KeySchema& schema) {
  return {.op = op, .operands = {Operand{.path = path_of(schema.partition.front().name)}}};
}

std::optional<Condition> both(Condition first, std::optional<Condition> second) {
  if (!second) return first;
  Condition all{.op = Condition::Op::kAnd};
  all.children.push_back(std::move(first));
  all.children.push_back(*std::move(second));
  return all;
}

ReturnValues returns_of(partiql::Returning returning) {
  switch (returning) {
    case partiql::Returning::kNothing: return ReturnValues::kNone;
    case partiql::Returning::kAllOld: return ReturnValues::kAllOld;
    case partiql::Returning::kModifiedOld: return ReturnValues::kUpdatedOld;
    case partiql::Returning::kAllNew: return ReturnValues::kAllNew;
    case partiql::Returning::kModifiedNew: return ReturnValues::kUpdatedNew;
  }
  return ReturnValues::kNone;
}

// The item that WHERE is about, by its whole key.
Result<partiql::WhereKeys> one_item(const partiql::Statement& statement, const KeySchema& schema) {
  partiql::WhereKeys keys = TRY(split_where(statement, schema));
  if (keys.is_one_item) return keys;
  return invalid("Where clause does not contain a mandatory equality on all key attributes");
}

}  // namespace

Result<Write> write_of(partiql::Statement statement, const TableInfo& table) {
  const KeySchema& schema = table.definition.key;
  auto expressions = std::make_shared<Expressions>();
  Write write;
  write.returns = returns_of(statement.returning);
  if (statement.kind == partiql::StatementKind::kInsert) {
    expressions->condition = about_key(Condition::Op::kAttributeNotExists, schema);
    write.action = PutItem{.table = std::move(statement.table), .item = std::move(statement.item)};
    write.expressions = std::move(expressions);
    return write;
  }
  if (statement.exists && statement.index) return invalid("Operations on indices are not supported in transactions");
  partiql::WhereKeys keys = TRY(one_item(statement, schema));
  Item key = key_of_condition(schema, *keys.key);
  if (statement.kind == partiql::StatementKind::kUpdate) {
    expressions->condition = both(about_key(Condition::Op::kAttributeExists, schema), std::move(keys.rest));
    expressions->update = std::move(statement.update);
    write.action = UpdateItem{.table = std::move(statement.table), .key = std::move(key)};
  } else if (statement.kind == partiql::StatementKind::kDelete) {
    expressions->condition = std::move(keys.rest);
    write.action = DeleteItem{.table = std::move(statement.table), .key = std::move(key)};
  } else {
    if (!keys.rest) return invalid("EXISTS() must contain a single item read with additional condition");
    expressions->condition = std::move(keys.rest);
    write.action = CheckItem{.table = std::move(statement.table), .key = std::move(key)};
  }
  expressions->constants = std::move(statement.constants);
  write.expressions = std::move(expressions);
  return write;
}

}  // namespace caudal::items
