// SPDX-License-Identifier: Apache-2.0
// PartiQL statements on their way through the door: read, and admitted to their table. Inside room api/dynamodb only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/dynamodb/call.h"
#include "aws/attribute_value.h"
#include "items/partiql/statement.h"
#include "items/statements/selection.h"

namespace caudal::api::dynamodb {

using WireParameters = std::optional<std::vector<aws::AttributeValue>>;

// `parameters` are moved from.
Outcome<items::partiql::Statement> read_statement(Call& call, const std::string& text, WireParameters& parameters);

// The statement's table, when the caller may do to it what the statement says: dynamodb:PartiQLSelect and its like.
Outcome<items::TableInfo> admit(Call& call, const items::partiql::Statement& statement);

// Of a write whose condition did not hold: an INSERT of what is there already, or any other.
ServiceError not_held(items::partiql::StatementKind kind, std::optional<items::Item> item);

}  // namespace caudal::api::dynamodb
