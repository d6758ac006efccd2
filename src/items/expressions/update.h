// SPDX-License-Identifier: Apache-2.0
// Updates: what UpdateExpression says, as a list of actions, and what they make of an item. The legacy AttributeUpdates
// make the same list (legacy.h).
//
//   const Update update = TRY(parse_update("SET n = n + :one, tags[0] = :t REMOVE old", names));
//   TRY(check_keys(update, table.key));
//   const Item after = TRY(apply(update, before));
//   const Item changed = update.touched().of(after);    // ReturnValues UPDATED_NEW
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/expressions/path.h"
#include "items/expressions/placeholders.h"
#include "items/expressions/printer.h"
#include "items/expressions/projection.h"
#include "items/values/keys.h"

namespace caudal::items {

// A path, a constant, or a function of such.
struct UpdateOperand {
  enum class Kind : uint8_t { kPath, kValue, kIfNotExists, kListAppend };
  Kind kind = Kind::kPath;
  Path path = {};                             // kPath
  const Value* value = nullptr;               // kValue; of the Placeholders, which must outlive it
  std::vector<UpdateOperand> arguments = {};  // of functions: two; the first of if_not_exists is a path
  friend bool operator==(const UpdateOperand& a, const UpdateOperand& b) {
    return a.kind == b.kind && a.path == b.path && a.arguments == b.arguments &&
           (a.value == nullptr || *a.value == *b.value);
  }
};

struct UpdateAction {
  enum class Kind : uint8_t { kSet, kRemove, kAdd, kDelete };
  enum class Arithmetic : uint8_t { kNone, kPlus, kMinus };
  Kind kind = Kind::kSet;
  Path path = {};
  // kSet: one operand, or two to add or subtract; kAdd and kDelete: the constant.
  std::vector<UpdateOperand> operands = {};
  Arithmetic arithmetic = Arithmetic::kNone;
  friend bool operator==(const UpdateAction&, const UpdateAction&) = default;
};

class Update {
 public:
  // Paths must not overlap: see check_overlap. `legacy`: of AttributeUpdates, whose errors are worded otherwise.
  explicit Update(std::vector<UpdateAction> actions, bool legacy = false);

  const std::vector<UpdateAction>& actions() const { return actions_; }
  bool is_legacy() const { return legacy_; }
  // The paths that are changed, in the order of the actions.
  const Projection& touched() const { return touched_; }
  friend bool operator==(const Update& a, const Update& b) { return a.actions_ == b.actions_; }

 private:
  std::vector<UpdateAction> actions_;
  bool legacy_;
  Projection touched_;
};

// Values are those of `placeholders`. Errors in DynamoDB's words: ExpressionErrc::invalid_expression.
Result<Update> parse_update(std::string_view text, Placeholders& placeholders);
Printed print(const Update& update);

// An attribute of the primary key cannot be updated. Errors: ExpressionErrc::invalid_update.
Result<void> check_keys(const Update& update, const KeySchema& schema);

// The item after all actions: each reads the item as it was before. `item` holds the key at least. Keys are not looked
// at, nor is the size of the item; but what alone would make it too large is refused, so that nobody is made to hold
// many times the largest item. Errors in DynamoDB's words: ExpressionErrc::invalid_update, and those of numbers and
// of nesting (ValueErrc::invalid_value).
Result<Item> apply(const Update& update, const Item& item);

}  // namespace caudal::items
