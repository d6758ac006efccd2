// SPDX-License-Identifier: Apache-2.0
// Conditions as expressions again.
#include <array>

#include "items/expressions/condition.h"

namespace caudal::items {
namespace {

using Op = Condition::Op;

// Of Op::kEqual and those that follow it.
constexpr std::array<std::string_view, 6> kSigns = {" = ", " <> ", " < ", " <= ", " > ", " >= "};

class ConditionPrinter {
 public:
  void print(const Condition& condition) {
    switch (condition.op) {
      case Op::kAnd: return chain(condition, " AND ");
      case Op::kOr: return chain(condition, " OR ");
      case Op::kNot: return negation(condition.children.front());
      case Op::kBetween:
        operand(condition.operands[0]);
        out_.raw(" BETWEEN ");
        operand(condition.operands[1]);
        out_.raw(" AND ");
        return operand(condition.operands[2]);
      case Op::kIn:
        operand(condition.operands[0]);
        out_.raw(" IN (");
        return arguments({condition.operands.begin() + 1, condition.operands.end()});
      case Op::kAttributeExists: return function("attribute_exists(", condition.operands);
      case Op::kAttributeNotExists: return function("attribute_not_exists(", condition.operands);
      case Op::kAttributeType: return function("attribute_type(", condition.operands);
      case Op::kBeginsWith: return function("begins_with(", condition.operands);
      case Op::kContains: return function("contains(", condition.operands);
      default:
        operand(condition.operands[0]);
        out_.raw(kSigns[static_cast<size_t>(condition.op) - static_cast<size_t>(Op::kEqual)]);
        return operand(condition.operands[1]);
    }
  }
  Printed take() { return out_.take(); }

 private:
  static bool is_compound(const Condition& condition) { return condition.op == Op::kAnd || condition.op == Op::kOr; }

  // In parentheses where it would be bound otherwise, or flow into the chain around it.
  void child(const Condition& condition) {
    if (!is_compound(condition)) return print(condition);
    out_.raw("(");
    print(condition);
    out_.raw(")");
  }
  void chain(const Condition& condition, std::string_view word) {
    out_.joined(condition.children, word, [this](const Condition& one) { child(one); });
  }
  void negation(const Condition& condition) {
    out_.raw("NOT ");
    child(condition);
  }
  void operand(const Operand& operand) {
    const bool size = operand.kind == Operand::Kind::kSizeOfPath || operand.kind == Operand::Kind::kSizeOfValue;
    if (size) out_.raw("size(");
    if (operand.has_path()) {
      out_.path(operand.path);
    } else {
      out_.value(operand.value);
    }
    if (size) out_.raw(")");
  }
  void arguments(const std::vector<Operand>& operands) {
    out_.joined(operands, ", ", [this](const Operand& one) { operand(one); });
    out_.raw(")");
  }
  void function(std::string_view opening, const std::vector<Operand>& operands) {
    out_.raw(opening);
    arguments(operands);
  }

  Printer out_;
};

}  // namespace

Printed print(const Condition& condition) {
  ConditionPrinter printer;
  printer.print(condition);
  return printer.take();
}

}  // namespace caudal::items
