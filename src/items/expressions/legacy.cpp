// SPDX-License-Identifier: Apache-2.0
// The legacy parameters as trees. Unless it says otherwise, a message is as dynalite's tests recorded it from the
// service.
#include "items/expressions/legacy.h"

#include <fmt/format.h>

#include "items/expressions/errors.h"
#include "items/expressions/legacy_operators.h"
#include "items/values/wire.h"

namespace caudal::items {
namespace {

using Op = Condition::Op;

Error invalid(std::string message) { return {ExpressionErrc::invalid_expression, std::move(message)}; }
Error invalid_value(const std::string& message) {
  return invalid("One or more parameter values were invalid: " + message);
}

class Reader {
 public:
  explicit Reader(Expressions& all) : all_(all) {}

  Result<Condition> expected(aws::Map<aws::dynamodb::ExpectedAttributeValue>&& expected,
                             const std::optional<std::string>& conditional_operator) {
    std::vector<Condition> conditions;
    for (auto& [name, one] : expected) conditions.push_back(TRY(expectation(name, std::move(one))));
    return joined(std::move(conditions), conditional_operator);
  }
  Result<Condition> filter(aws::Map<aws::dynamodb::Condition>&& filter,
                           const std::optional<std::string>& conditional_operator) {
    std::vector<Condition> conditions;
    for (auto& [name, one] : filter) {
      const LegacyOperator op = TRY(legacy_operator(one.comparison_operator));
      std::vector<Value> values = TRY(values_of(std::move(one.attribute_value_list)));
      TRY(check_values(op, values));
      conditions.push_back(condition_of(name, op, std::move(values)));
    }
    return joined(std::move(conditions), conditional_operator);
  }
  Result<KeyClauses> keys(aws::Map<aws::dynamodb::Condition>&& conditions);
  Result<Update> updates(aws::Map<aws::dynamodb::AttributeValueUpdate>&& updates);

 private:
  Result<Condition> expectation(const std::string& name, aws::dynamodb::ExpectedAttributeValue&& one);
  Result<UpdateAction> update(const std::string& name, aws::dynamodb::AttributeValueUpdate&& one);

  static Result<std::vector<Value>> values_of(std::optional<std::vector<aws::AttributeValue>>&& list) {
    std::vector<Value> values;
    if (!list) return values;
    for (aws::AttributeValue& one : *list) values.push_back(TRY(from_wire(std::move(one))));
    return values;
  }
  static Result<Condition> joined(std::vector<Condition> conditions,
                                  const std::optional<std::string>& conditional_operator);
  Condition condition_of(const std::string& name, const LegacyOperator& op, std::vector<Value> values);
  const Value* keep(Value value) {
    return all_.constants.emplace_back(std::make_unique<Value>(std::move(value))).get();
  }

  Expressions& all_;
};

Condition Reader::condition_of(const std::string& name, const LegacyOperator& op, std::vector<Value> values) {
  Condition condition{.op = op.op};
  condition.operands.push_back({.path = path_of(name)});
  for (Value& value : values) {
    condition.operands.push_back({.kind = Operand::Kind::kValue, .value = keep(std::move(value))});
  }
  if (!op.negated) return condition;
  // NOT_CONTAINS: false when nothing is there.
  Condition exists{.op = Op::kAttributeExists};
  exists.operands.push_back({.path = path_of(name)});
  Condition negated{.op = Op::kNot};
  negated.children.push_back(std::move(condition));
  Condition both{.op = Op::kAnd};
  both.children.push_back(std::move(exists));
  both.children.push_back(std::move(negated));
  return both;
}

Result<Condition> Reader::joined(std::vector<Condition> conditions,
                                 const std::optional<std::string>& conditional_operator) {
  // As extenddb's tests recorded it from the service; so is its like in add_legacy.
  if (conditional_operator && conditions.size() < 2) {
    return invalid("ConditionalOperator can only be used when Filter or Expected has two or more elements");
  }
  if (conditions.size() == 1) return std::move(conditions.front());
  return Condition{.op = conditional_operator == "OR" ? Op::kOr : Op::kAnd, .children = std::move(conditions)};
}

Result<Condition> Reader::expectation(const std::string& name, aws::dynamodb::ExpectedAttributeValue&& one) {
  const auto told = [&](std::string_view what) {
    return invalid_value(fmt::format("{} for Attribute: {}", what, name));
  };
  if (one.attribute_value_list && one.value) return told("Value and AttributeValueList cannot be used together");
  if (!one.comparison_operator) {
    if (one.attribute_value_list) return told("AttributeValueList can only be used with a ComparisonOperator");
    const std::string_view exists = !one.exists ? "null" : *one.exists ? "true" : "false";
    if (exists != "false" && !one.value) {
      return told(fmt::format("Value must be provided when Exists is {}", exists));
    }
    if (exists == "false" && one.value) return told("Value cannot be used when Exists is false");
    std::vector<Value> values;
    if (one.value) values.push_back(TRY(from_wire(std::move(*one.value))));
    return condition_of(name, {.op = one.exists.value_or(true) ? Op::kEqual : Op::kAttributeNotExists},
                        std::move(values));
  }
  if (one.exists) return told("Exists and ComparisonOperator cannot be used together");
  const LegacyOperator op = TRY(legacy_operator(*one.comparison_operator));
  if (op.most > 0 && !one.attribute_value_list && !one.value) {
    return told(fmt::format("Value or AttributeValueList must be used with ComparisonOperator: {}", op.name));
  }
  std::vector<Value> values = TRY(values_of(std::move(one.attribute_value_list)));
  if (one.value) values.push_back(TRY(from_wire(std::move(*one.value))));
  TRY(check_values(op, values));
  return condition_of(name, op, std::move(values));
}

Result<KeyClauses> Reader::keys(aws::Map<aws::dynamodb::Condition>&& conditions) {
  KeyClauses clauses;
  for (auto& [name, one] : conditions) {
    const LegacyOperator op = TRY(legacy_operator(one.comparison_operator));
    std::vector<Value> values = TRY(values_of(std::move(one.attribute_value_list)));
    TRY(check_values(op, values));
    KeyClause clause{.attribute = name, .is_indexable = op.sort.has_value()};
    if (op.sort) {
      clause.condition = {.op = *op.sort, .operand = std::move(values[0])};
      if (values.size() > 1) clause.condition.upper = std::move(values[1]);
    }
    clauses.push_back(std::move(clause));
  }
  return clauses;
}

Result<UpdateAction> Reader::update(const std::string& name, aws::dynamodb::AttributeValueUpdate&& one) {
  const std::string action = one.action.value_or("PUT");
  if (!one.value) {
    if (action == "DELETE") return UpdateAction{.kind = UpdateAction::Kind::kRemove, .path = path_of(name)};
    return invalid_value("Only DELETE action is allowed when no attribute value is specified");
  }
  Value value = TRY(from_wire(std::move(*one.value)));
  UpdateAction result{.kind = UpdateAction::Kind::kSet, .path = path_of(name)};
  if (action == "DELETE") {
    result.kind = UpdateAction::Kind::kDelete;
    if (!value.is_set()) {
      return invalid_value(
          fmt::format("DELETE action with value is not supported for the type {}", to_string(value.type())));
    }
  } else if (action == "ADD") {
    result.kind = UpdateAction::Kind::kAdd;
    if (!value.is_set() && !value.is(Type::kNumber) && !value.is(Type::kList)) {
      return invalid_value(fmt::format("ADD action is not supported for the type {}", to_string(value.type())));
    }
  }
  result.operands.push_back({.kind = UpdateOperand::Kind::kValue, .value = keep(std::move(value))});
  return result;
}

Result<Update> Reader::updates(aws::Map<aws::dynamodb::AttributeValueUpdate>&& updates) {
  std::vector<UpdateAction> actions;
  for (auto& [name, one] : updates) actions.push_back(TRY(update(name, std::move(one))));
  return Update(std::move(actions), true);
}

}  // namespace

Result<void> add_legacy(LegacyParameters&& legacy, Expressions& all) {
  Reader reader(all);
  if (legacy.conditional_operator && !legacy.expected && !legacy.filter) {
    return invalid("ConditionalOperator cannot be used without Filter or Expected");
  }
  if (legacy.attribute_updates) all.update = TRY(reader.updates(std::move(*legacy.attribute_updates)));
  if (legacy.expected) {
    all.condition = TRY(reader.expected(std::move(*legacy.expected), legacy.conditional_operator));
  }
  if (legacy.filter) all.filter = TRY(reader.filter(std::move(*legacy.filter), legacy.conditional_operator));
  if (legacy.attributes_to_get) all.projection = TRY(projection_of_attributes(*legacy.attributes_to_get));
  if (legacy.key_conditions) all.key_clauses = TRY(reader.keys(std::move(*legacy.key_conditions)));
  return {};
}

}  // namespace caudal::items
