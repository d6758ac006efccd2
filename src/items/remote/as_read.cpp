// SPDX-License-Identifier: Apache-2.0
#include "items/remote/as_read.h"

#include <algorithm>

namespace caudal::items::remote {
namespace {

// An expression of DynamoDB's has at most 300 operators and 4 KB.
constexpr size_t kMostCompared = 100;

Condition about(Condition::Op op, std::string attribute) {
  Condition condition{.op = op};
  condition.operands.push_back({.path = path_of(std::move(attribute))});
  return condition;
}

}  // namespace

Condition still_as_read(const Write& write) {
  const Item& read = *write.as_read.item;
  const auto watched = write.as_read.watched;
  Condition all{.op = Condition::Op::kAnd};
  all.children.reserve(std::min(read.size() + watched.size(), kMostCompared));
  const auto add_equal = [&](const std::string& name, const Value& value) {
    Condition& equal = all.children.emplace_back(about(Condition::Op::kEqual, name));
    equal.operands.push_back({.kind = Operand::Kind::kValue, .value = &value});
  };
  for (const std::string_view name : watched) {
    if (const Value* const value = read.find(name))
      add_equal(std::string(name), *value);
    else
      all.children.push_back(about(Condition::Op::kAttributeNotExists, std::string(name)));
  }
  for (const Attribute& attribute : read) {
    if (all.children.size() >= kMostCompared) break;
    if (std::ranges::find(watched, attribute.name) != watched.end()) continue;
    add_equal(attribute.name, attribute.value);
  }
  // Items have a key at least.
  return all.children.size() > 1 ? all : all.children.front();
}

}  // namespace caudal::items::remote
