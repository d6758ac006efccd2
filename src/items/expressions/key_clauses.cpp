// SPDX-License-Identifier: Apache-2.0
// Conditions on keys. Unless it says otherwise, a message is as dynalite's tests recorded it from the service.
#include "items/expressions/key_clauses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "items/expressions/errors.h"

namespace caudal::items {
namespace {

using Op = Condition::Op;

Error invalid(std::string message) { return {ExpressionErrc::invalid_expression, std::move(message)}; }

// What a key condition may not consist of, by the name that it is told by; nothing when it may.
std::optional<std::string_view> forbidden(Op op) {
  switch (op) {
    case Op::kOr: return "OR";
    case Op::kNot: return "NOT";
    case Op::kIn: return "IN";
    case Op::kNotEqual: return "<>";
    case Op::kAttributeExists: return "attribute_exists";
    case Op::kAttributeNotExists: return "attribute_not_exists";
    case Op::kAttributeType: return "attribute_type";
    case Op::kContains: return "contains";
    default: return std::nullopt;
  }
}

std::optional<SortOperator> sort_operator(Op op) {
  switch (op) {
    case Op::kEqual: return SortOperator::kEqual;
    case Op::kLess: return SortOperator::kLess;
    case Op::kLessOrEqual: return SortOperator::kLessOrEqual;
    case Op::kGreater: return SortOperator::kGreater;
    case Op::kGreaterOrEqual: return SortOperator::kGreaterOrEqual;
    case Op::kBetween: return SortOperator::kBetween;
    case Op::kBeginsWith: return SortOperator::kBeginsWith;
    default: return std::nullopt;
  }
}

// ":v < a" is "a > :v".
SortOperator turned(SortOperator op) {
  switch (op) {
    case SortOperator::kLess: return SortOperator::kGreater;
    case SortOperator::kLessOrEqual: return SortOperator::kGreaterOrEqual;
    case SortOperator::kGreater: return SortOperator::kLess;
    case SortOperator::kGreaterOrEqual: return SortOperator::kLessOrEqual;
    default: return op;
  }
}

// The index of the one path among the operands.
Result<size_t> attribute_of(const Condition& condition) {
  const std::vector<Operand>& operands = condition.operands;
  if ((condition.op == Op::kBetween || condition.op == Op::kBeginsWith) && !operands[0].is_path()) {
    return invalid(
        fmt::format("Invalid condition in KeyConditionExpression: {} operator must have the key attribute as its first "
                    "operand",
                    condition.op == Op::kBetween ? "BETWEEN" : "begins_with"));
  }
  std::optional<size_t> found;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].is_path()) {
      if (found) {
        return invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
      }
      if (operands[i].path.is_nested()) {
        return invalid("KeyConditionExpressions cannot have conditions on nested attributes");
      }
      found = i;
    } else if (operands[i].constant() == nullptr) {
      return invalid("KeyConditionExpressions cannot contain nested operations");
    }
  }
  if (!found) return invalid("Invalid condition in KeyConditionExpression: No key attribute specified");
  return *found;
}

Result<void> gather(const Condition& condition, KeyClauses& clauses) {
  if (condition.op == Op::kAnd) {
    for (const Condition& child : condition.children) TRY(gather(child, clauses));
    return {};
  }
  if (const auto name = forbidden(condition.op)) {
    return invalid(fmt::format("Invalid operator used in KeyConditionExpression: {}", *name));
  }
  const size_t at = TRY(attribute_of(condition));
  const std::vector<Operand>& operands = condition.operands;
  const std::string& attribute = operands[at].path.attribute();
  const auto same = [&](const KeyClause& clause) { return clause.attribute == attribute; };
  if (std::any_of(clauses.begin(), clauses.end(), same)) {
    // With its kind before it, unlike its neighbours: recorded against the service in 2026.
    return invalid_expression(ExpressionKind::kKeyCondition,
                              "KeyConditionExpressions must only contain one condition per key");
  }
  const SortOperator op = *sort_operator(condition.op);
  KeyClause clause{.attribute = attribute,
                   .condition = {.op = at == 0 ? op : turned(op), .operand = *operands[at == 0 ? 1 : 0].value}};
  if (op == SortOperator::kBetween) clause.condition.upper = *operands[2].value;
  clauses.push_back(std::move(clause));
  return {};
}

// --- with the schema ---

const KeyClause* clause_of(const KeyClauses& clauses, std::string_view attribute) {
  const auto at = std::find_if(clauses.begin(), clauses.end(), [&](const auto& c) { return c.attribute == attribute; });
  return at == clauses.end() ? nullptr : &*at;
}

Result<void> check_operand(const KeyAttribute& attribute, const Value& operand, bool may_be_empty) {
  if (!operand.is(attribute.type)) {
    return invalid("One or more parameter values were invalid: Condition parameter type does not match schema type");
  }
  const auto bytes = bytes_of(operand);
  if (!bytes || !bytes->empty() || may_be_empty) return {};
  return invalid(fmt::format(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
      "empty {} value. Key: {}",
      attribute.type == Type::kString ? "string" : "binary", attribute.name));
}

Result<void> check_clause(const KeyAttribute& attribute, const KeyClause& clause) {
  if (!clause.is_indexable) return invalid("Attempted conditional constraint is not an indexable operation");
  TRY(check_operand(attribute, clause.condition.operand, false));
  if (clause.condition.op == SortOperator::kBetween) TRY(check_operand(attribute, clause.condition.upper, false));
  return {};
}

// The first attribute that has no clause.
Error missed(const KeySchema& schema, const KeyClauses& clauses) {
  for (const auto* const attributes : {&schema.partition, &schema.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      if (clause_of(clauses, attribute.name) != nullptr) continue;
      return invalid(fmt::format("Query condition missed key schema element: {}", attribute.name));
    }
  }
  return invalid("Query key condition not supported");
}

// The sort key's part: equality of the first attributes, then perhaps another condition. Gives how many clauses it
// used.
Result<size_t> take_sort(const KeyClauses& clauses, const KeySchema& schema, KeyCondition& condition) {
  std::string unequal;  // attributes without equality, of which none may be followed by one with a condition
  size_t used = 0;
  for (const KeyAttribute& attribute : schema.sort) {
    const KeyClause* const clause = clause_of(clauses, attribute.name);
    if (clause == nullptr) {
      unequal += (unequal.empty() ? "" : ", ") + attribute.name;
      continue;
    }
    // Recorded against the service.
    if (!unequal.empty()) {
      return invalid(fmt::format(
          "RANGE key attributes {} must have equality conditions specified in the query because a condition "
          "is present on key attribute {}",
          unequal, attribute.name));
    }
    TRY(check_clause(attribute, *clause));
    ++used;
    if (clause->condition.op != SortOperator::kEqual) {
      unequal = attribute.name;
      condition.sort = clause->condition;
    } else if (used < schema.sort.size()) {
      condition.sort_equal.push_back(clause->condition.operand);
    } else {
      condition.sort = clause->condition;
    }
  }
  return used;
}

}  // namespace

Result<KeyClauses> key_clauses(const Condition& condition) {
  KeyClauses clauses;
  TRY(gather(condition, clauses));
  return clauses;
}

Result<KeyCondition> key_condition(const KeyClauses& clauses, const KeySchema& schema) {
  if (clauses.empty()) return invalid("Conditions can be of length 1 or 2 only");
  const size_t attributes = schema.partition.size() + schema.sort.size();
  if (clauses.size() > attributes) {
    // Recorded against the service in 2026.
    return invalid(fmt::format(
        "The number of query conditions ({}) exceeds the number of key attributes defined in the schema ({})",
        clauses.size(), attributes));
  }
  KeyCondition condition;
  for (const KeyAttribute& attribute : schema.partition) {
    const KeyClause* const clause = clause_of(clauses, attribute.name);
    if (clause == nullptr) return missed(schema, clauses);
    TRY(check_clause(attribute, *clause));
    if (clause->condition.op != SortOperator::kEqual) return invalid("Query key condition not supported");
    condition.partition.push_back(clause->condition.operand);
  }
  const size_t used = TRY(take_sort(clauses, schema, condition));
  // A clause about an attribute that is no part of the key.
  if (used + schema.partition.size() < clauses.size()) return missed(schema, clauses);
  return condition;
}

}  // namespace caudal::items
