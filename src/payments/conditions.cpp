// SPDX-License-Identifier: Apache-2.0
// Conditions as trees: parsing the same text a million times would cost more than deciding it.
#include "payments/conditions.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "payments/errors.h"

namespace caudal::payments {
namespace {

using items::Attribute;
using items::Condition;
using items::Expressions;
using items::Item;
using items::UpdateAction;

// What payments themselves read, and what may be missing: then it must still be missing. Those first that change most.
constexpr std::array<std::string_view, 13> kOwn = {
    "Version",     "Status", "DataBlob",        "ScheduledDate", "AccountId",       "Attempts",       "LeaseUntilMs",
    "NotBeforeMs", "Reason", "ClientReference", "TransactionId", "TransactionAtMs", "TransactionDate"};

bool is_key(std::string_view name) { return name == "PK" || name == "SK"; }

// What an expression refers to lives as long as it does.
struct Held {
  items::ItemPtr wanted;
  Expressions expressions;
};

}  // namespace

items::ExpressionsPtr is_absent(const std::string& attribute) {
  auto expressions = std::make_shared<Expressions>();
  Condition& condition = expressions->condition.emplace(Condition{.op = Condition::Op::kAttributeNotExists});
  condition.operands.push_back({.path = items::path_of(attribute)});
  return expressions;
}

items::AsRead as_read(items::ItemPtr read) { return {.item = std::move(read), .watched = kOwn}; }

items::ExpressionsPtr change_of(const Item& read, items::ItemPtr wanted) {
  auto held = std::make_shared<Held>();
  held->wanted = std::move(wanted);
  std::vector<UpdateAction> actions;
  for (const Attribute& attribute : *held->wanted) {
    const items::Value* const before = read.find(attribute.name);
    if (is_key(attribute.name) || (before != nullptr && *before == attribute.value)) continue;
    UpdateAction& set = actions.emplace_back(UpdateAction{.path = items::path_of(attribute.name)});
    set.operands.push_back({.kind = items::UpdateOperand::Kind::kValue, .value = &attribute.value});
  }
  for (const Attribute& attribute : read) {
    if (held->wanted->contains(attribute.name)) continue;
    actions.push_back({.kind = UpdateAction::Kind::kRemove, .path = items::path_of(attribute.name)});
  }
  if (!actions.empty()) held->expressions.update.emplace(std::move(actions));
  return {held, &held->expressions};
}

Result<Item> found_in_the_way(const items::Store& store, const std::string& table, Item key, std::optional<Item> told) {
  if (told) return *std::move(told);
  auto got = TRY(store.get({.table = table, .key = std::move(key), .is_consistent = true}));
  if (got.item) return *std::move(got.item);
  return Error{Errc::changed,
               fmt::format("table {} refused a row since another is there, and that one is gone; try again", table)};
}

}  // namespace caudal::payments
