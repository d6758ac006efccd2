// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/statements.h"

#include "api/dynamodb/permissions.h"
#include "aws/generated/dynamodb/items.h"
#include "aws/json/json_codec.h"
#include "items/statements/writing.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

using items::partiql::Statement;
using items::partiql::StatementKind;

std::string_view action_of(StatementKind kind) {
  switch (kind) {
    case StatementKind::kSelect: return "PartiQLSelect";
    case StatementKind::kInsert: return "PartiQLInsert";
    case StatementKind::kUpdate: return "PartiQLUpdate";
    case StatementKind::kDelete: return "PartiQLDelete";
  }
  return "PartiQLSelect";
}

// The partition keys that the statement touches, and whether it looks at all items; as far as it can be read with the
// table's key.
struct Touched {
  std::vector<std::string> leading = {};
  bool is_full_scan = true;
};

Touched touched_by(const Statement& statement, const items::TableInfo& table) {
  if (statement.kind == StatementKind::kInsert) {
    return {.leading = leading_key(table.definition.key, statement.item), .is_full_scan = false};
  }
  const items::KeySchema* schema = &table.definition.key;
  for (const items::IndexDefinition& index : table.definition.indexes) {
    if (statement.index == index.name) schema = &index.key;
  }
  Touched touched;
  for (const items::Item& key : items::keys_of(statement, *schema)) {
    touched.is_full_scan = false;
    for (std::string& value : leading_key(*schema, key)) touched.leading.push_back(std::move(value));
  }
  return touched;
}

}  // namespace

Outcome<Statement> read_statement(Call& call, const std::string& text, WireParameters& parameters) {
  std::vector<items::Value> values;
  if (parameters) {
    for (aws::AttributeValue& one : *parameters) values.push_back(TRY(call.said(items::from_wire(std::move(one)))));
  }
  return call.said(items::partiql::parse_statement(text, std::move(values)));
}

// Whether there is such a table is told only to who may do something to it.
Outcome<items::TableInfo> admit(Call& call, const Statement& statement) {
  auto table = call.store.describe_table(statement.table);
  const Touched touched = table ? touched_by(statement, *table) : Touched();
  const std::string_view action = action_of(statement.kind);
  if (statement.kind == StatementKind::kSelect) {
    TRY(call.require_select(statement.table, statement.index.value_or(""), touched.leading, touched.is_full_scan));
  } else {
    TRY(call.require(action, statement.table, {}, touched.leading));
  }
  return call.said(std::move(table));
}

ServiceError not_held(StatementKind kind, std::optional<items::Item> item) {
  if (kind == StatementKind::kInsert) {
    return wire::errors::duplicate_item_exception("Duplicate primary key exists in table");
  }
  ServiceError error = wire::errors::conditional_check_failed_exception("The conditional request failed");
  if (!item) return error;
  return aws::with_members(std::move(error),
                           wire::ConditionalCheckFailedException{.item = items::to_wire(*std::move(item))});
}

}  // namespace caudal::api::dynamodb
