// SPDX-License-Identifier: Apache-2.0
// One line of a policy's Condition: an operator, the key it looks at, and the values that it compares with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/condition_values.h"
#include "access/json_tree.h"
#include "access/pattern.h"
#include "base/result.h"

namespace caudal::access {

enum class Compare : uint8_t { kText, kArn, kNumber, kDate, kBoolean, kBinary, kAddress, kNull };
enum class Relation : uint8_t { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
// How a key with several values is held against the condition's.
enum class Quantifier : uint8_t { kNone, kAll, kAny };

struct ConditionOperator {
  Compare compare = Compare::kText;
  Relation relation = Relation::kEqual;
  bool negated = false;      // ...Not...
  bool ignore_case = false;  // ...IgnoreCase
  bool wildcards = false;    // ...Like
  bool if_exists = false;    // ...IfExists
  Quantifier quantifier = Quantifier::kNone;
};

// "ForAnyValue:StringNotLikeIfExists". Nothing when there is no such operator.
std::optional<ConditionOperator> parse_operator(std::string_view name);

// Keys that decide() answers itself, not from the circumstances' entries.
enum class KnownKey : uint8_t {
  kNone,
  kCurrentTime,
  kEpochTime,
  kSourceIp,
  kSecureTransport,
  kUserName,
  kUserId,
  kPrincipalArn,
  kPrincipalAccount,
  kPrincipalType
};
KnownKey known_key(std::string_view lower_case_key);

struct ConditionValue {
  Pattern pattern = {};     // of kText, kArn
  ScalarValue scalar = {};  // of the others
};

struct Condition {
  ConditionOperator how = {};
  std::string key = {};  // lower case
  KnownKey known = KnownKey::kNone;
  std::vector<ConditionValue> values = {};
};

// `value` as the operator takes it; nothing when it is none such ("abc" as a date).
std::optional<ConditionValue> compile_value(std::string_view value, const ConditionOperator& how, bool variables);

}  // namespace caudal::access
