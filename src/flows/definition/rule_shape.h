// SPDX-License-Identifier: Apache-2.0
// What may follow the name of each kind of rule. Of this room only; shared by parsing, printing and checking.
#pragma once

#include <cstdint>
#include <vector>

#include "flows/definition/rule.h"

namespace caudal::flows {

struct RuleShape {
  // What the rule's comparison is with: none; a number; a share of rows from 0 to 1 (1 when left out, for the kinds
  // that have a table to refer to); any value of the column; a text; a span of time.
  enum class Wants : uint8_t { kNothing, kNumber, kShare, kValue, kText, kSpan };
  RuleKind kind;
  const char* name;
  int least_columns;
  int most_columns;
  Wants wants;
  bool may_filter;     // "where"
  bool may_threshold;  // "with threshold"
};

// One of each kind but the composites, in the order of RuleKind.
const std::vector<RuleShape>& rule_shapes();

}  // namespace caudal::flows
