// SPDX-License-Identifier: Apache-2.0
// Conditions as trees: parsing the same text a million times would cost more than deciding it.
#include "payments/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "payments/errors.h"

namespace caudal::payments {
namespace {

using items::Attribute;
using items::Condition;
using items::Expressions;
using items::Item;
using items::Operand;
using items::UpdateAction;

// An expression of DynamoDB's has at most 300 operators and 4 KB.
constexpr size_t kMostCompared = 100;

// What payments themselves read, and what may be missing: then it must still be missing. Those first that change most.
constexpr std::array kOwn = {"Version",       "Status",          "DataBlob",       "ScheduledDate", "AccountId",
                             "Attempts",      "LeaseUntilMs",    "NotBeforeMs",    "Reason",        "ClientReference",
                             "TransactionId", "TransactionAtMs", "TransactionDate"};

bool is_key(std::string_view name) { return name == "PK" || name == "SK"; }

Condition about(Condition::Op op, const std::string& attribute) {
  Condition condition{.op = op};
  condition.operands.push_back({.path = items::path_of(attribute)});
  return condition;
}

// What an expression refers to lives as long as it does.
struct Held {
  ItemPtr read;
  ItemPtr wanted;
  Expressions expressions;
};

items::ExpressionsPtr expressions_of(const std::shared_ptr<const Held>& held) { return {held, &held->expressions}; }

Condition same_as(const Item& read) {
  Condition all{.op = Condition::Op::kAnd};
  all.children.reserve(std::min(read.size() + kOwn.size(), kMostCompared));
  const auto add_equal = [&](const std::string& name, const items::Value& value) {
    Condition& equal = all.children.emplace_back(about(Condition::Op::kEqual, name));
    equal.operands.push_back({.kind = Operand::Kind::kValue, .value = &value});
  };
  for (const char* const name : kOwn) {
    if (const items::Value* const value = read.find(name))
      add_equal(name, *value);
    else
      all.children.push_back(about(Condition::Op::kAttributeNotExists, name));
  }
  for (const Attribute& attribute : read) {
    if (all.children.size() >= kMostCompared) break;
    if (is_key(attribute.name) || std::ranges::find(kOwn, attribute.name) != kOwn.end()) continue;
    add_equal(attribute.name, attribute.value);
  }
  return all;
}

}  // namespace

items::ExpressionsPtr is_absent(const std::string& attribute) {
  auto expressions = std::make_shared<Expressions>();
  expressions->condition = about(Condition::Op::kAttributeNotExists, attribute);
  return expressions;
}

items::ExpressionsPtr is_as_read(ItemPtr read) {
  auto held = std::make_shared<Held>();
  held->read = std::move(read);
  held->expressions.condition = same_as(*held->read);
  return expressions_of(held);
}

items::ExpressionsPtr change_of(ItemPtr read, ItemPtr wanted) {
  auto held = std::make_shared<Held>();
  held->read = std::move(read);
  held->wanted = std::move(wanted);
  held->expressions.condition = same_as(*held->read);
  std::vector<UpdateAction> actions;
  for (const Attribute& attribute : *held->wanted) {
    const items::Value* const before = held->read->find(attribute.name);
    if (is_key(attribute.name) || (before != nullptr && *before == attribute.value)) continue;
    UpdateAction& set = actions.emplace_back(UpdateAction{.path = items::path_of(attribute.name)});
    set.operands.push_back({.kind = items::UpdateOperand::Kind::kValue, .value = &attribute.value});
  }
  for (const Attribute& attribute : *held->read) {
    if (held->wanted->contains(attribute.name)) continue;
    actions.push_back({.kind = UpdateAction::Kind::kRemove, .path = items::path_of(attribute.name)});
  }
  if (!actions.empty()) held->expressions.update.emplace(std::move(actions));
  return expressions_of(held);
}

Result<Item> found_in_the_way(const items::Store& store, const std::string& table, Item key, std::optional<Item> told) {
  if (told) return *std::move(told);
  auto got = TRY(store.get({.table = table, .key = std::move(key), .is_consistent = true}));
  if (got.item) return *std::move(got.item);
  return Error{Errc::changed,
               fmt::format("table {} refused a row since another is there, and that one is gone; try again", table)};
}

}  // namespace caudal::payments
