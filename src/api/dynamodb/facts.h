// SPDX-License-Identifier: Apache-2.0
// What policies may ask of a request beside its resource and its keys: dynamodb:Attributes, dynamodb:Select and their
// like. Gathered only for callers whose policies ask. Inside room api/dynamodb only.
// Source: AWS Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/dynamodb/call.h"
#include "items/requests.h"

namespace caudal::api::dynamodb {

// The attributes at the top that a request names: those of `item`, its item or its key, if it has one, and those of its
// expressions.
void know_attributes(Call& call, const items::Item* item, const items::ExpressionsPtr& expressions);
// Of a read: `asked`, its Select, or what it means to name attributes, or none.
void know_select(Call& call, const std::optional<std::string>& asked, const items::ExpressionsPtr& expressions);
// Of a write that may answer with an item: `asked`, its ReturnValues; and whether it answers with all of the item where
// its condition does not hold, which is then what policies are told, as the most that it asks for.
void know_return_values(Call& call, const std::optional<std::string>& asked, bool returns_on_failure);
void know_return_capacity(Call& call, const std::optional<std::string>& asked);

}  // namespace caudal::api::dynamodb
