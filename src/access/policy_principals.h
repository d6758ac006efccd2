// SPDX-License-Identifier: Apache-2.0
// The Principal of a statement: "*", or lists of names by kind.
#pragma once

#include <expected>

#include "access/json_tree.h"
#include "access/resource_rules.h"
#include "access/statement.h"

namespace caudal::access {

struct BadPrincipal {
  const JsonValue* value;
};

// Users stand as ARN, name or id; the account as its number or the ARN of its root. Principals of other kinds than AWS
// (services, federations, canonical users) are taken and cover nobody here.
std::expected<Principals, BadPrincipal> parse_principals(const JsonValue& value, const UserCheck& knows_user);

}  // namespace caudal::access
