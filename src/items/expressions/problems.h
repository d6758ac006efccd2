// SPDX-License-Identifier: Apache-2.0
// What is wrong with an expression whose syntax is right. DynamoDB tells one problem, and which one does not depend on
// where it stands but on its kind, so they are gathered and told at the end.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

namespace caudal::items {

enum class Problem : uint8_t {
  kParentheses,
  kUnknownFunction,
  kMisusedFunction,
  kReservedWord,
  kSection,
  kUndefined,      // the first "#name" or ":value" that is not defined
  kUndefinedName,  // the first of these alone
  kUndefinedValue,
  kOperandCount,
  kSameOperand,
  kOperandType,
  kTarget,     // ADD and DELETE with a value that they do not take
  kCondition,  // the first of the four kinds that are told condition by condition
};
inline constexpr size_t kProblems = 13;

class Problems {
 public:
  // The first of each kind is kept.
  void note(Problem problem, std::string message) {
    auto& slot = messages_[static_cast<size_t>(problem)];
    if (!slot) slot = std::move(message);
  }
  // The first of these that there is.
  const std::string* first(std::initializer_list<Problem> in_order) const {
    for (const Problem problem : in_order) {
      const auto& slot = messages_[static_cast<size_t>(problem)];
      if (slot) return &*slot;
    }
    return nullptr;
  }

 private:
  std::array<std::optional<std::string>, kProblems> messages_ = {};
};

}  // namespace caudal::items
