// SPDX-License-Identifier: Apache-2.0
// Whether an item fulfils a condition. Semantics as in the developer guide, and where it is silent as Alternator's
// test_condition_expression.py, run against the service, has them.
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "items/expressions/condition.h"

namespace caudal::items {
namespace {

using Op = Condition::Op;

std::optional<size_t> size_of(const Value& value) {
  struct Sizes {
    std::optional<size_t> operator()(const std::string& text) const { return text.size(); }
    std::optional<size_t> operator()(const Binary& binary) const { return binary.bytes.size(); }
    std::optional<size_t> operator()(const StringSet& set) const { return set.size(); }
    std::optional<size_t> operator()(const NumberSet& set) const { return set.size(); }
    std::optional<size_t> operator()(const BinarySet& set) const { return set.size(); }
    std::optional<size_t> operator()(const List& list) const { return list.size(); }
    std::optional<size_t> operator()(const Map& map) const { return map.size(); }
    std::optional<size_t> operator()(const Number&) const { return std::nullopt; }
    std::optional<size_t> operator()(bool) const { return std::nullopt; }
    std::optional<size_t> operator()(Null) const { return std::nullopt; }
  };
  return std::visit(Sizes{}, value.data());
}

// What an operand is for this item; a size is kept here.
class Resolved {
 public:
  Resolved(const Item& item, const Operand& operand)
      : value_(operand.has_path() ? find(item, operand.path) : operand.value) {
    if (operand.kind != Operand::Kind::kSizeOfPath && operand.kind != Operand::Kind::kSizeOfValue) return;
    const auto size = value_ != nullptr ? size_of(*value_) : std::nullopt;
    if (size) size_ = Value(Number(static_cast<int64_t>(*size)));
    value_ = size ? &size_ : nullptr;
  }
  Resolved(const Resolved&) = delete;
  Resolved& operator=(const Resolved&) = delete;
  // nullptr: nothing is there.
  const Value* get() const { return value_; }

 private:
  Value size_;
  const Value* value_;
};

bool in_order(const Value& left, const Value& right, Op op) {
  const auto order = compare(left, right);
  if (!order) return false;
  switch (op) {
    case Op::kLess: return *order < 0;
    case Op::kLessOrEqual: return *order <= 0;
    case Op::kGreater: return *order > 0;
    default: return *order >= 0;
  }
}

bool begins_with(const Value& whole, const Value& beginning) {
  if (whole.type() != beginning.type()) return false;
  const auto bytes = bytes_of(whole);
  return bytes && bytes->starts_with(*bytes_of(beginning));
}

bool contains(const Value& whole, const Value& part) {
  if (const List* const list = whole.get_if<List>()) return std::find(list->begin(), list->end(), part) != list->end();
  if (const auto* const set = whole.get_if<StringSet>()) {
    const auto* const text = part.get_if<std::string>();
    return text != nullptr && set->contains(*text);
  }
  if (const auto* const set = whole.get_if<NumberSet>()) {
    const auto* const number = part.get_if<Number>();
    return number != nullptr && set->contains(*number);
  }
  if (const auto* const set = whole.get_if<BinarySet>()) {
    const auto* const binary = part.get_if<Binary>();
    return binary != nullptr && set->contains(*binary);
  }
  if (whole.type() != part.type()) return false;
  const auto bytes = bytes_of(whole);
  if (!bytes) return false;
  // Takes time in proportion to both together, which std::string_view::find does not promise, and keep: a condition is
  // asked on the one thread that decides all writes.
  const std::string_view sought = *bytes_of(part);
  return memmem(bytes->data(), bytes->size(), sought.data(), sought.size()) != nullptr;
}

bool of_two(Op op, const Value* left, const Value* right) {
  if (op == Op::kNotEqual) return left == nullptr || right == nullptr || !(*left == *right);
  if (left == nullptr || right == nullptr) return false;
  switch (op) {
    case Op::kEqual: return *left == *right;
    case Op::kBeginsWith: return begins_with(*left, *right);
    case Op::kContains: return contains(*left, *right);
    case Op::kAttributeType: return to_string(left->type()) == *right->get_if<std::string>();
    default: return in_order(*left, *right, op);
  }
}

bool is_between(const Item& item, const std::vector<Operand>& operands) {
  const Resolved value(item, operands[0]);
  const Resolved lower(item, operands[1]);
  const Resolved upper(item, operands[2]);
  if (value.get() == nullptr || lower.get() == nullptr || upper.get() == nullptr) return false;
  return in_order(*value.get(), *lower.get(), Op::kGreaterOrEqual) &&
         in_order(*value.get(), *upper.get(), Op::kLessOrEqual);
}

bool is_in(const Item& item, const std::vector<Operand>& operands) {
  const Resolved value(item, operands[0]);
  if (value.get() == nullptr) return false;
  return std::any_of(operands.begin() + 1, operands.end(), [&](const Operand& operand) {
    const Resolved one(item, operand);
    return one.get() != nullptr && *one.get() == *value.get();
  });
}

void gather(const Condition& condition, std::vector<std::string>& attributes) {
  for (const Condition& child : condition.children) gather(child, attributes);
  for (const Operand& operand : condition.operands) {
    if (operand.has_path()) attributes.push_back(operand.path.attribute());
  }
}

}  // namespace

bool fulfils(const Item& item, const Condition& condition) {
  const auto child = [&](const Condition& one) { return fulfils(item, one); };
  const std::vector<Operand>& operands = condition.operands;
  switch (condition.op) {
    case Op::kAnd: return std::all_of(condition.children.begin(), condition.children.end(), child);
    case Op::kOr: return std::any_of(condition.children.begin(), condition.children.end(), child);
    case Op::kNot: return !child(condition.children.front());
    case Op::kBetween: return is_between(item, operands);
    case Op::kIn: return is_in(item, operands);
    case Op::kAttributeExists: return find(item, operands[0].path) != nullptr;
    case Op::kAttributeNotExists: return find(item, operands[0].path) == nullptr;
    default: {
      const Resolved left(item, operands[0]);
      const Resolved right(item, operands[1]);
      return of_two(condition.op, left.get(), right.get());
    }
  }
}

std::vector<std::string> attributes_of(const Condition& condition) {
  std::vector<std::string> attributes;
  gather(condition, attributes);
  std::sort(attributes.begin(), attributes.end());
  attributes.erase(std::unique(attributes.begin(), attributes.end()), attributes.end());
  return attributes;
}

}  // namespace caudal::items
