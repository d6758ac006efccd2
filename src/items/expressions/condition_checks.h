// SPDX-License-Identifier: Apache-2.0
// What the operators and functions of conditions ask of their operands, as far as it is known without an item. For the
// parsers of conditions alone, here and in items/partiql.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "items/expressions/condition.h"
#include "items/expressions/problems.h"

namespace caudal::items {

struct Found {
  Problem problem;
  std::string message;
};

// Of functions that are conditions: not of size().
std::optional<Condition::Op> function_op(std::string_view name);
std::string unknown_function(std::string_view name);
// A function where it may not stand.
std::string misused(std::string_view name);
// What is told of functions in functions in functions beyond all measure.
std::string nested_too_deep(std::string_view name);

std::optional<Found> check_comparison(std::string_view sign, Condition::Op op, const std::vector<Operand>& operands);
std::optional<Found> check_between(const std::vector<Operand>& operands);
std::optional<Found> check_function(std::string_view name, const std::vector<Operand>& operands);

}  // namespace caudal::items
