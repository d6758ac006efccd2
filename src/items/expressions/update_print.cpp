// SPDX-License-Identifier: Apache-2.0
// Updates as expressions again. Actions of one kind are printed together, so only an update that has them together
// reads back as the same list.
#include <array>

#include "items/expressions/update.h"

namespace caudal::items {
namespace {

constexpr std::array<std::string_view, 4> kSections = {"SET ", "REMOVE ", "ADD ", "DELETE "};

class UpdatePrinter {
 public:
  void print(const Update& update) {
    for (size_t i = 0; i < kSections.size(); ++i) section(update, static_cast<UpdateAction::Kind>(i));
  }
  Printed take() { return out_.take(); }

 private:
  void section(const Update& update, UpdateAction::Kind kind) {
    bool first = true;
    for (const UpdateAction& one : update.actions()) {
      if (one.kind != kind) continue;
      if (first) out_.raw(" ").raw(kSections[static_cast<size_t>(kind)]);
      if (!first) out_.raw(", ");
      first = false;
      action(one);
    }
  }
  void action(const UpdateAction& action) {
    out_.path(action.path);
    if (action.kind == UpdateAction::Kind::kRemove) return;
    out_.raw(action.kind == UpdateAction::Kind::kSet ? " = " : " ");
    operand(action.operands[0]);
    if (action.arithmetic == UpdateAction::Arithmetic::kNone) return;
    out_.raw(action.arithmetic == UpdateAction::Arithmetic::kPlus ? " + " : " - ");
    operand(action.operands[1]);
  }
  void operand(const UpdateOperand& one) {
    switch (one.kind) {
      case UpdateOperand::Kind::kPath: out_.path(one.path); return;
      case UpdateOperand::Kind::kValue: out_.value(one.value); return;
      default:
        out_.raw(one.kind == UpdateOperand::Kind::kIfNotExists ? "if_not_exists(" : "list_append(");
        out_.joined(one.arguments, ", ", [this](const UpdateOperand& argument) { operand(argument); });
        out_.raw(")");
    }
  }

  Printer out_;
};

}  // namespace

Printed print(const Update& update) {
  UpdatePrinter printer;
  printer.print(update);
  return printer.take();
}

}  // namespace caudal::items
