// SPDX-License-Identifier: Apache-2.0
// The legacy ComparisonOperators. The messages are those that dynalite's tests recorded from the service.
#include "items/expressions/legacy_operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "items/expressions/errors.h"

namespace caudal::items {
namespace {

using Op = Condition::Op;

constexpr size_t kAny = std::numeric_limits<size_t>::max();
constexpr std::string_view kOrdered = " S N B ";

constexpr std::array<LegacyOperator, 13> kOperators = {{
    {.name = "EQ", .op = Op::kEqual, .sort = SortOperator::kEqual},
    {.name = "NE", .op = Op::kNotEqual},
    {.name = "LE", .op = Op::kLessOrEqual, .types = kOrdered, .sort = SortOperator::kLessOrEqual},
    {.name = "LT", .op = Op::kLess, .types = kOrdered, .sort = SortOperator::kLess},
    {.name = "GE", .op = Op::kGreaterOrEqual, .types = kOrdered, .sort = SortOperator::kGreaterOrEqual},
    {.name = "GT", .op = Op::kGreater, .types = kOrdered, .sort = SortOperator::kGreater},
    {.name = "NOT_NULL", .op = Op::kAttributeExists, .least = 0, .most = 0},
    {.name = "NULL", .op = Op::kAttributeNotExists, .least = 0, .most = 0},
    {.name = "CONTAINS", .op = Op::kContains, .types = " S N B BOOL NULL "},
    {.name = "NOT_CONTAINS", .op = Op::kContains, .negated = true, .types = " S N B BOOL NULL "},
    {.name = "BEGINS_WITH", .op = Op::kBeginsWith, .types = " S B ", .sort = SortOperator::kBeginsWith},
    {.name = "IN", .op = Op::kIn, .most = kAny, .types = kOrdered},
    {.name = "BETWEEN", .op = Op::kBetween, .least = 2, .most = 2, .types = kOrdered, .sort = SortOperator::kBetween},
}};

Error invalid(std::string message) { return {ExpressionErrc::invalid_expression, std::move(message)}; }
Error invalid_value(const std::string& message) {
  return invalid("One or more parameter values were invalid: " + message);
}

}  // namespace

Result<LegacyOperator> legacy_operator(std::string_view name) {
  const auto* const at =
      std::find_if(kOperators.begin(), kOperators.end(), [&](const LegacyOperator& op) { return op.name == name; });
  if (at != kOperators.end()) return *at;
  return invalid_value(fmt::format("{} is no ComparisonOperator", name));
}

Result<void> check_values(const LegacyOperator& op, const std::vector<Value>& values) {
  if (values.size() < op.least || values.size() > op.most) {
    return invalid_value(fmt::format("Invalid number of argument(s) for the {} ComparisonOperator", op.name));
  }
  for (const Value& value : values) {
    if (!value.is(values.front().type())) {
      return invalid_value("AttributeValues inside AttributeValueList must be of same type");
    }
  }
  for (const Value& value : values) {
    if (op.types.empty() || op.types.find(fmt::format(" {} ", to_string(value.type()))) != std::string_view::npos) {
      continue;
    }
    return invalid_value(
        fmt::format("ComparisonOperator {} is not valid for {} AttributeValue type", op.name, to_string(value.type())));
  }
  if (op.op == Op::kBetween && *compare(values[0], values[1]) > 0) {
    return invalid("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  }
  return {};
}

}  // namespace caudal::items
