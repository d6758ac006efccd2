// SPDX-License-Identifier: Apache-2.0
// Conditions: what ConditionExpression, FilterExpression and KeyConditionExpression say, as a tree, and whether an item
// fulfils it. The legacy parameters make the same trees (legacy.h).
//
//   const Condition condition = TRY(parse_condition(ExpressionKind::kFilter, "size(tags) > :n AND a.b = :v", names));
//   if (fulfils(item, condition)) ...
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/expressions/path.h"
#include "items/expressions/placeholders.h"
#include "items/expressions/printer.h"
#include "items/expressions/tokens.h"

namespace caudal::items {

// A path, a constant, or the size() of one.
struct Operand {
  enum class Kind : uint8_t { kPath, kValue, kSizeOfPath, kSizeOfValue };
  Kind kind = Kind::kPath;
  Path path = {};                // kPath, kSizeOfPath
  const Value* value = nullptr;  // kValue, kSizeOfValue; of the Placeholders, which must outlive it

  bool is_path() const { return kind == Kind::kPath; }
  bool has_path() const { return kind == Kind::kPath || kind == Kind::kSizeOfPath; }
  // The constant, when it is one.
  const Value* constant() const { return kind == Kind::kValue ? value : nullptr; }
  // Equal constants are equal wherever they are kept.
  friend bool operator==(const Operand& a, const Operand& b) {
    return a.kind == b.kind && (a.has_path() ? a.path == b.path : *a.value == *b.value);
  }
};

struct Condition {
  enum class Op : uint8_t {
    kAnd,  // of two children or more; so is kOr
    kOr,
    kNot,  // of one child
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kBetween,  // of three operands
    kIn,       // of two or more
    kAttributeExists,
    kAttributeNotExists,
    kAttributeType,  // the second operand is a constant, the name of a type
    kBeginsWith,
    kContains,
  };
  Op op = Op::kAnd;
  std::vector<Condition> children = {};
  std::vector<Operand> operands = {};
  friend bool operator==(const Condition&, const Condition&) = default;
};

// Values in the tree are those of `placeholders`. `kind`: one of the three with conditions. Errors in DynamoDB's words:
// ExpressionErrc::invalid_expression.
Result<Condition> parse_condition(ExpressionKind kind, std::string_view text, Placeholders& placeholders);

// A condition about what is not there is false, but for <> and attribute_not_exists; so is one that compares values of
// types that do not go together.
bool fulfils(const Item& item, const Condition& condition);

// The attributes that it looks at, sorted, each once: what must be read to decide it.
std::vector<std::string> attributes_of(const Condition& condition);

// An expression that parses to the same tree.
Printed print(const Condition& condition);

}  // namespace caudal::items
