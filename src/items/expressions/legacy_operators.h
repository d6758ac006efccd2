// SPDX-License-Identifier: Apache-2.0
// The ComparisonOperators of the legacy parameters: what they are in a condition, and what values they take. For the
// reader of legacy parameters alone.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/expressions/condition.h"
#include "items/values/keys.h"

namespace caudal::items {

struct LegacyOperator {
  std::string_view name = {};
  Condition::Op op = Condition::Op::kEqual;
  bool negated = false;
  size_t least = 1;  // values
  size_t most = 1;
  std::string_view types = {};            // " S N B ": of the values; empty: any
  std::optional<SortOperator> sort = {};  // what it is on a key; nothing: no key can be looked up by it
};

// "EQ", "BETWEEN", …; an error for a name that there is not.
Result<LegacyOperator> legacy_operator(std::string_view name);
// How many values, of what types, and in what order. Errors in DynamoDB's words.
Result<void> check_values(const LegacyOperator& op, const std::vector<Value>& values);

}  // namespace caudal::items
