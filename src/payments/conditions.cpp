// SPDX-License-Identifier: Apache-2.0
// Conditions as trees: parsing the same text a million times would cost more than deciding it.
#include "payments/conditions.h"

namespace caudal::payments {
namespace {

using items::Condition;
using items::Expressions;
using items::Operand;

Condition about(Condition::Op op, const std::string& attribute) {
  Condition condition{.op = op};
  condition.operands.push_back({.path = items::path_of(attribute)});
  return condition;
}

}  // namespace

items::ExpressionsPtr is_absent(const std::string& attribute) {
  auto expressions = std::make_shared<Expressions>();
  expressions->condition = about(Condition::Op::kAttributeNotExists, attribute);
  return expressions;
}

items::ExpressionsPtr is_version(uint64_t version) {
  auto expressions = std::make_shared<Expressions>();
  if (version > 0) {
    const auto number = items::Number(static_cast<int64_t>(version));
    expressions->constants.push_back(std::make_unique<items::Value>(number));
    Condition equal = about(Condition::Op::kEqual, "Version");
    equal.operands.push_back({.kind = Operand::Kind::kValue, .value = expressions->constants.back().get()});
    expressions->condition = std::move(equal);
    return expressions;
  }
  Condition both{.op = Condition::Op::kAnd};
  both.children.push_back(about(Condition::Op::kAttributeExists, "PK"));
  both.children.push_back(about(Condition::Op::kAttributeNotExists, "Version"));
  expressions->condition = std::move(both);
  return expressions;
}

}  // namespace caudal::payments
