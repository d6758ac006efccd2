// SPDX-License-Identifier: Apache-2.0
// Updates applied: first the new values are computed from the item as it is, then all are put in their places by going
// through the item once, so that no action sees what another did, nor moves what another means.
#include <fmt/format.h>

#include <algorithm>

#include "items/expressions/errors.h"
#include "items/expressions/update.h"
#include "items/values/checks.h"

namespace caudal::items {
namespace {

using Kind = UpdateAction::Kind;
using Arithmetic = UpdateAction::Arithmetic;

// What happens at the end of a path: a value is put there; or, without one, what is there goes.
using Change = std::optional<Value>;
using Changes = PathTree<Change>;

Error refused(const char* message) { return {ExpressionErrc::invalid_update, message}; }
Error invalid_path() { return refused("The document path provided in the update expression is invalid for update"); }
Error nothing_there() {
  return refused("The provided expression refers to an attribute that does not exist in the item");
}
Error wrong_type(bool legacy) {
  return refused(legacy ? "Type mismatch for attribute to update"
                        : "An operand in the update expression has an incorrect data type");
}

// An item that could hold such a value would be too large, so it is refused before it is made: lists may be appended to
// themselves many times in one expression.
Error too_large() { return refused("Item size to update has exceeded the maximum allowed size"); }

Result<Value> evaluate(const UpdateOperand& operand, const Item& item);

Result<Value> appended(Value left, Value right) {
  List* const first = left.get_if<List>();
  List* const second = right.get_if<List>();
  if (first == nullptr || second == nullptr) return wrong_type(false);
  if (size_bytes(left) + size_bytes(right) > kMostItemBytes) return too_large();
  first->insert(first->end(), std::make_move_iterator(second->begin()), std::make_move_iterator(second->end()));
  return left;
}

Result<Value> evaluate(const UpdateOperand& operand, const Item& item) {
  switch (operand.kind) {
    case UpdateOperand::Kind::kValue: return *operand.value;
    case UpdateOperand::Kind::kPath: {
      const Value* const value = find(item, operand.path);
      if (value == nullptr) return nothing_there();
      return *value;
    }
    case UpdateOperand::Kind::kIfNotExists: {
      const Value* const value = find(item, operand.arguments[0].path);
      if (value != nullptr) return *value;
      return evaluate(operand.arguments[1], item);
    }
    case UpdateOperand::Kind::kListAppend: break;
  }
  return appended(TRY(evaluate(operand.arguments[0], item)), TRY(evaluate(operand.arguments[1], item)));
}

Result<Value> set_value(const UpdateAction& action, const Item& item) {
  Value left = TRY(evaluate(action.operands[0], item));
  if (action.arithmetic == Arithmetic::kNone) return left;
  const Value right = TRY(evaluate(action.operands[1], item));
  const Number* const first = left.get_if<Number>();
  const Number* const second = right.get_if<Number>();
  if (first == nullptr || second == nullptr) return wrong_type(false);
  return Value(TRY(action.arithmetic == Arithmetic::kPlus ? first->plus(*second) : first->minus(*second)));
}

// The union, or what is left; nothing when no member is.
template <class Set>
Change combined(Kind kind, const Set& old, const Set& operand) {
  if (kind == Kind::kAdd) return Value(old.united(operand));
  auto left = old.without(operand);
  if (!left) return std::nullopt;
  return Value(*std::move(left));
}

// ADD and DELETE. `old`: nullptr when nothing is there.
Result<Change> combined(Kind kind, const Value* old, const Value& operand, bool legacy) {
  if (old == nullptr) return kind == Kind::kAdd ? Change(operand) : Change();
  if (old->type() != operand.type()) return wrong_type(legacy);
  if (const Number* const number = old->get_if<Number>()) {
    return Change(Value(TRY(number->plus(*operand.get_if<Number>()))));
  }
  if (const auto* const set = old->get_if<StringSet>()) return combined(kind, *set, *operand.get_if<StringSet>());
  if (const auto* const set = old->get_if<NumberSet>()) return combined(kind, *set, *operand.get_if<NumberSet>());
  if (const auto* const set = old->get_if<BinarySet>()) return combined(kind, *set, *operand.get_if<BinarySet>());
  // AttributeUpdates alone add to lists.
  if (kind == Kind::kAdd && old->is(Type::kList)) return Change(TRY(appended(*old, operand)));
  return wrong_type(legacy);
}

Result<Change> change_of(const UpdateAction& action, const Item& item, bool legacy) {
  switch (action.kind) {
    case Kind::kSet: return Change(TRY(set_value(action, item)));
    case Kind::kRemove: return Change();
    default: return combined(action.kind, find(item, action.path), *action.operands[0].value, legacy);
  }
}

Result<void> change(Value& value, Changes& changes);

Result<void> change_map(Map& map, Changes& changes) {
  for (auto& [name, below] : changes.names) {
    if (below.leaf) {
      if (*below.leaf) {
        map.set(name, **std::move(below.leaf));
      } else {
        map.erase(name);
      }
      continue;
    }
    Value* const inner = map.find(name);
    if (inner == nullptr) return invalid_path();
    TRY(change(*inner, below));
  }
  return {};
}

// Indexes mean places of the list as it was. What is put beyond its end follows it, in the order of the indexes; what
// goes, goes last.
Result<void> change_list(List& list, Changes& changes) {
  const size_t size = list.size();
  std::vector<uint32_t> gone;
  for (auto& [index, below] : changes.indexes) {
    if (!below.leaf) {
      if (index >= size) return invalid_path();
      TRY(change(list[index], below));
    } else if (!*below.leaf) {
      if (index < size) gone.push_back(index);
    } else if (index < size) {
      list[index] = **std::move(below.leaf);
    } else {
      list.push_back(**std::move(below.leaf));
    }
  }
  for (size_t i = gone.size(); i > 0; --i) list.erase(list.begin() + gone[i - 1]);
  return {};
}

Result<void> change(Value& value, Changes& changes) {
  if (!changes.names.empty()) {
    Map* const map = value.get_if<Map>();
    return map != nullptr ? change_map(*map, changes) : invalid_path();
  }
  List* const list = value.get_if<List>();
  return list != nullptr ? change_list(*list, changes) : invalid_path();
}

}  // namespace

Result<void> check_keys(const Update& update, const KeySchema& schema) {
  for (const UpdateAction& action : update.actions()) {
    if (schema.find(action.path.attribute()) == nullptr) continue;
    return Error{ExpressionErrc::invalid_update,
                 fmt::format("One or more parameter values were invalid: Cannot update attribute {}. This attribute is "
                             "part of the key",
                             action.path.attribute())};
  }
  return {};
}

Result<Item> apply(const Update& update, const Item& item) {
  Changes changes;
  bool deepens = false;
  size_t bytes = 0;  // of what is put in its places
  for (const UpdateAction& action : update.actions()) {
    Change one = TRY(change_of(action, item, update.is_legacy()));
    if (one) bytes += size_bytes(*one);
    if (bytes > kMostItemBytes) return too_large();
    deepens |= one && !one->is_scalar() && !one->is_set();
    deepens |= action.path.is_nested();
    changes.add(action.path, std::move(one));
  }
  Item after = item;
  TRY(change_map(after, changes));
  if (deepens) TRY(check_levels(after));
  return after;
}

}  // namespace caudal::items
