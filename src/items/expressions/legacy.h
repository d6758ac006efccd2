// SPDX-License-Identifier: Apache-2.0
// The parameters of the time before expressions (Expected, ConditionalOperator, AttributeUpdates, KeyConditions,
// QueryFilter, ScanFilter, AttributesToGet), read into the same trees as expressions, with their own errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/generated/dynamodb/items.h"
#include "base/result.h"
#include "items/expressions/request.h"

namespace caudal::items {

// As the request has them; nothing for those that it lacks.
struct LegacyParameters {
  std::optional<aws::Map<aws::dynamodb::AttributeValueUpdate>> attribute_updates = {};
  std::optional<aws::Map<aws::dynamodb::ExpectedAttributeValue>> expected = {};
  std::optional<aws::Map<aws::dynamodb::Condition>> key_conditions = {};
  std::optional<aws::Map<aws::dynamodb::Condition>> filter = {};  // QueryFilter or ScanFilter
  std::optional<std::string> conditional_operator = {};           // of `expected` or of `filter`
  std::optional<std::vector<std::string>> attributes_to_get = {};
};

// Sets what the parameters say in `all`, which may hold expressions beside them where check_parameters allows it.
// Errors in DynamoDB's words: ExpressionErrc::invalid_expression, and those of values (ValueErrc::invalid_value).
Result<void> add_legacy(LegacyParameters&& legacy, Expressions& all);

}  // namespace caudal::items
