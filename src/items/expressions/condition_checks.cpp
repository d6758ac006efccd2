// SPDX-License-Identifier: Apache-2.0
// The operands of conditions. The messages are those that dynalite's tests recorded from the service.
#include "items/expressions/condition_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "items/expressions/grammar.h"

namespace caudal::items {
namespace {

using Op = Condition::Op;

struct Function {
  std::string_view name;
  Op op;
  size_t operands;
};
constexpr std::array<Function, 5> kFunctions = {{{"attribute_exists", Op::kAttributeExists, 1},
                                                 {"attribute_not_exists", Op::kAttributeNotExists, 1},
                                                 {"attribute_type", Op::kAttributeType, 2},
                                                 {"begins_with", Op::kBeginsWith, 2},
                                                 {"contains", Op::kContains, 2}}};

const Function* function_named(std::string_view name) {
  const auto* const at =
      std::find_if(kFunctions.begin(), kFunctions.end(), [&](const Function& f) { return f.name == name; });
  return at == kFunctions.end() ? nullptr : at;
}

// What is known of an operand's type; nothing of a path's.
std::optional<Type> type_of(const Operand& operand) {
  if (operand.is_path()) return std::nullopt;
  return operand.constant() != nullptr ? operand.constant()->type() : Type::kNumber;
}

Found wrong_type(std::string_view of, std::string_view type) {
  return {Problem::kOperandType,
          fmt::format("Incorrect operand type for operator or function; operator or function: {}, operand type: {}", of,
                      type)};
}

std::optional<Found> check_distinct(std::string_view of, const std::vector<Operand>& operands) {
  if (operands.size() != 2 || !operands[0].is_path() || !(operands[0] == operands[1])) return std::nullopt;
  return Found{Problem::kSameOperand,
               fmt::format("The first operand must be distinct from the remaining operands for this operator or "
                           "function; operator: {}, first operand: {}",
                           of, operands[0].path.to_string())};
}

// S, N and B alone have an order.
std::optional<Found> check_ordered(std::string_view of, const std::vector<Operand>& operands) {
  for (const Operand& operand : operands) {
    const auto type = type_of(operand);
    if (type && *type != Type::kString && *type != Type::kNumber && *type != Type::kBinary) {
      return wrong_type(of, to_string(*type));
    }
  }
  return std::nullopt;
}

std::optional<Found> check_type_name(const Operand& operand) {
  const Value* const constant = operand.constant();
  const auto* const name = constant != nullptr ? constant->get_if<std::string>() : nullptr;
  if (name == nullptr) {
    const auto type = type_of(operand);
    return wrong_type("attribute_type", type ? to_string(*type) : type_or_any(nullptr));
  }
  if (parse_type(*name)) return std::nullopt;
  return Found{
      Problem::kOperandType,
      fmt::format("Invalid attribute type name found; type: {}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}", *name)};
}

std::optional<Found> check_size(const Operand& operand) {
  const auto type = type_of(operand);
  if (!type || (*type != Type::kNumber && *type != Type::kBoolean && *type != Type::kNull)) return std::nullopt;
  return wrong_type("size", to_string(*type));
}

std::optional<Found> check_types(std::string_view name, const std::vector<Operand>& operands) {
  if (name == "size") return check_size(operands[0]);
  if (name == "attribute_type") return check_type_name(operands[1]);
  if (name == "begins_with") {
    for (const Operand& operand : operands) {
      const auto type = type_of(operand);
      if (type && *type != Type::kString && *type != Type::kBinary) return wrong_type(name, to_string(*type));
    }
  } else if (name != "contains" && !operands[0].is_path()) {
    return Found{Problem::kOperandType,
                 fmt::format("Operator or function requires a document path; operator or function: {}", name)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Op> function_op(std::string_view name) {
  const Function* const function = function_named(name);
  return function != nullptr ? std::optional(function->op) : std::nullopt;
}

std::string unknown_function(std::string_view name) {
  // Alternator's test_condition_expression.py tells the functions of updates apart.
  if (name == "if_not_exists" || name == "list_append") {
    return fmt::format("The function is not allowed in a condition expression; function: {}", name);
  }
  return fmt::format("Invalid function name; function: {}", name);
}

std::string misused(std::string_view name) {
  return fmt::format("The function is not allowed to be used this way in an expression; function: {}", name);
}

std::string nested_too_deep(std::string_view name) {
  if (name == "size") return wrong_type(name, to_string(Type::kNumber)).message;
  return function_op(name) ? misused(name) : unknown_function(name);
}

std::optional<Found> check_comparison(std::string_view sign, Op op, const std::vector<Operand>& operands) {
  if (auto found = check_distinct(sign, operands)) return found;
  if (op == Op::kEqual || op == Op::kNotEqual) return std::nullopt;
  return check_ordered(sign, operands);
}

std::optional<Found> check_between(const std::vector<Operand>& operands) {
  if (auto found = check_ordered("BETWEEN", operands)) return found;
  const Value* const lower = operands[1].constant();
  const Value* const upper = operands[2].constant();
  if (lower == nullptr || upper == nullptr) return std::nullopt;
  std::string_view rule;
  if (lower->type() != upper->type()) {
    rule = "same data type for lower and upper bounds";
  } else if (*compare(*lower, *upper) > 0) {
    rule = "upper bound to be greater than or equal to lower bound";
  } else {
    return std::nullopt;
  }
  return Found{Problem::kOperandType,
               fmt::format("The BETWEEN operator requires {}; lower bound operand: AttributeValue: {}, upper bound "
                           "operand: AttributeValue: {}",
                           rule, shown(*lower), shown(*upper))};
}

std::optional<Found> check_function(std::string_view name, const std::vector<Operand>& operands) {
  const Function* const function = function_named(name);
  if (operands.size() != (function != nullptr ? function->operands : 1)) {
    return Found{Problem::kOperandCount,
                 fmt::format("Incorrect number of operands for operator or function; operator or function: {}, number "
                             "of operands: {}",
                             name, operands.size())};
  }
  if (auto found = check_distinct(name, operands)) return found;
  return check_types(name, operands);
}

}  // namespace caudal::items
