// SPDX-License-Identifier: Apache-2.0
// Trees of conditions and updates drawn from a seed, about the names that random items have. Only such as an expression
// can say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "items/expressions/condition.h"
#include "items/expressions/update.h"
#include "items/values/testing/random_values.h"

namespace caudal::items::testing {

class RandomExpressions {
 public:
  // The values in the trees are kept here.
  explicit RandomExpressions(Random& random) : random_(random) {}

  Condition condition(int levels_left = 3) {
    using Op = Condition::Op;
    Condition condition;
    if (levels_left > 0 && random_.chance(0.5)) {
      condition.op = static_cast<Op>(random_.below(3));
      const uint64_t children = condition.op == Op::kNot ? 1 : 2 + random_.below(2);
      for (uint64_t i = 0; i < children; ++i) condition.children.push_back(this->condition(levels_left - 1));
      return condition;
    }
    condition.op = static_cast<Op>(3 + random_.below(13));
    fill(condition);
    return condition;
  }

  Update update() {
    std::vector<UpdateAction> actions;
    for (int kind = 0; kind < 4; ++kind) {
      for (uint64_t i = random_.below(3); i > 0; --i) {
        UpdateAction one = action(static_cast<UpdateAction::Kind>(kind));
        std::vector<Path> paths = {one.path};
        for (const UpdateAction& other : actions) paths.push_back(other.path);
        if (check_overlap(paths)) actions.push_back(std::move(one));
      }
    }
    return actions.empty() ? update() : Update(std::move(actions));
  }

  Path path() {
    Path path = path_of(name());
    while (random_.chance(0.4) && path.elements.size() < 5) {
      if (random_.chance(0.4)) {
        path.elements.emplace_back(static_cast<uint32_t>(random_.below(5)));
      } else {
        path.elements.emplace_back(name());
      }
    }
    return path;
  }

 private:
  std::string name() { return std::string(1, static_cast<char>('a' + random_.below(4))); }
  const Value* keep(Value value) { return values_.emplace_back(std::make_unique<Value>(std::move(value))).get(); }

  Operand operand(bool scalar) {
    switch (random_.below(4)) {
      case 0: return {.kind = Operand::Kind::kSizeOfPath, .path = path()};
      case 1:
        return {.kind = Operand::Kind::kValue, .value = keep(scalar ? random_scalar(random_) : random_value(random_))};
      default: return {.path = path()};
    }
  }

  void fill(Condition& condition) {
    using Op = Condition::Op;
    std::vector<Operand>& operands = condition.operands;
    operands.push_back({.path = path()});
    switch (condition.op) {
      case Op::kAttributeExists:
      case Op::kAttributeNotExists: return;
      case Op::kAttributeType:
        operands.push_back(
            {.kind = Operand::Kind::kValue, .value = keep(Value(to_string(static_cast<Type>(random_.below(kTypes)))))});
        return;
      case Op::kBeginsWith:
        operands.push_back({.kind = Operand::Kind::kValue, .value = keep(Value(random_text(random_)))});
        return;
      case Op::kBetween:
        operands.push_back(operand(true));
        operands.push_back({.path = path()});
        return;
      case Op::kIn:
        for (uint64_t i = 1 + random_.below(3); i > 0; --i) operands.push_back(operand(false));
        return;
      default: {
        const bool ordered = condition.op >= Op::kLess && condition.op <= Op::kGreaterOrEqual;
        // The same path twice is refused.
        do {
          operands.resize(1);
          operands.push_back(operand(ordered));
        } while (operands[0] == operands[1]);
      }
    }
  }

  UpdateOperand update_operand(Type type, int levels_left) {
    using Kind = UpdateOperand::Kind;
    if (levels_left > 0 && random_.chance(0.2)) {
      return {.kind = Kind::kIfNotExists, .arguments = {{.path = path()}, update_operand(type, levels_left - 1)}};
    }
    if (levels_left > 0 && type == Type::kList && random_.chance(0.5)) {
      return {.kind = Kind::kListAppend,
              .arguments = {update_operand(type, levels_left - 1), update_operand(type, levels_left - 1)}};
    }
    if (random_.chance(0.5)) return {.path = path()};
    Value value = type == Type::kNumber ? Value(random_number(random_)) : Value(List{random_value(random_)});
    return {.kind = Kind::kValue, .value = keep(std::move(value))};
  }

  UpdateAction action(UpdateAction::Kind kind) {
    UpdateAction action{.kind = kind, .path = path()};
    if (kind == UpdateAction::Kind::kSet) {
      const bool sum = random_.chance(0.4);
      const Type type = sum ? Type::kNumber : Type::kList;
      action.operands.push_back(update_operand(type, 3));
      if (!sum) return action;
      action.operands.push_back(update_operand(type, 3));
      action.arithmetic = random_.chance(0.5) ? UpdateAction::Arithmetic::kPlus : UpdateAction::Arithmetic::kMinus;
    } else if (kind != UpdateAction::Kind::kRemove) {
      auto set = random_set<std::string>(random_, random_text);
      Value value = set ? Value(*std::move(set)) : Value(*StringSet::make({"a"}));
      if (kind == UpdateAction::Kind::kAdd && random_.chance(0.5)) value = Value(random_number(random_));
      action.operands.push_back({.kind = UpdateOperand::Kind::kValue, .value = keep(std::move(value))});
    }
    return action;
  }

  Random& random_;
  std::vector<std::unique_ptr<Value>> values_;
};

// An item whose attributes, and those of its maps, are named as the expressions' are.
inline Value random_named_value(Random& random, int levels_left) {
  if (levels_left == 0 || random.chance(0.4)) return random_value(random, 1);
  if (random.chance(0.4)) {
    List list;
    for (uint64_t i = random.below(5); i > 0; --i) list.push_back(random_named_value(random, levels_left - 1));
    return Value(std::move(list));
  }
  Map map;
  for (char name = 'a'; name <= 'd'; ++name) {
    if (random.chance(0.7)) map.set(std::string(1, name), random_named_value(random, levels_left - 1));
  }
  return Value(std::move(map));
}

inline Item random_named_item(Random& random) {
  Item item;
  for (char name = 'a'; name <= 'd'; ++name) {
    if (random.chance(0.9)) item.set(std::string(1, name), random_named_value(random, 3));
  }
  return item;
}

}  // namespace caudal::items::testing
