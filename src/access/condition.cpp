// SPDX-License-Identifier: Apache-2.0
// Names of operators, and their values.
#include "access/condition.h"

#include <array>

#include "access/ascii.h"
#include "base/encoding.h"

namespace caudal::access {
namespace {

struct Named {
  std::string_view name;  // lower case
  ConditionOperator meaning;
};

constexpr auto kOperators = std::to_array<Named>({
    {"stringequals", {}},
    {"stringnotequals", {.negated = true}},
    {"stringequalsignorecase", {.ignore_case = true}},
    {"stringnotequalsignorecase", {.negated = true, .ignore_case = true}},
    {"stringlike", {.wildcards = true}},
    {"stringnotlike", {.negated = true, .wildcards = true}},
    {"numericequals", {.compare = Compare::kNumber}},
    {"numericnotequals", {.compare = Compare::kNumber, .negated = true}},
    {"numericlessthan", {.compare = Compare::kNumber, .relation = Relation::kLess}},
    {"numericlessthanequals", {.compare = Compare::kNumber, .relation = Relation::kLessOrEqual}},
    {"numericgreaterthan", {.compare = Compare::kNumber, .relation = Relation::kGreater}},
    {"numericgreaterthanequals", {.compare = Compare::kNumber, .relation = Relation::kGreaterOrEqual}},
    {"dateequals", {.compare = Compare::kDate}},
    {"datenotequals", {.compare = Compare::kDate, .negated = true}},
    {"datelessthan", {.compare = Compare::kDate, .relation = Relation::kLess}},
    {"datelessthanequals", {.compare = Compare::kDate, .relation = Relation::kLessOrEqual}},
    {"dategreaterthan", {.compare = Compare::kDate, .relation = Relation::kGreater}},
    {"dategreaterthanequals", {.compare = Compare::kDate, .relation = Relation::kGreaterOrEqual}},
    {"bool", {.compare = Compare::kBoolean}},
    {"binaryequals", {.compare = Compare::kBinary}},
    {"ipaddress", {.compare = Compare::kAddress}},
    {"notipaddress", {.compare = Compare::kAddress, .negated = true}},
    {"arnequals", {.compare = Compare::kArn, .wildcards = true}},
    {"arnnotequals", {.compare = Compare::kArn, .negated = true, .wildcards = true}},
    {"arnlike", {.compare = Compare::kArn, .wildcards = true}},
    {"arnnotlike", {.compare = Compare::kArn, .negated = true, .wildcards = true}},
    {"null", {.compare = Compare::kNull}},
});

struct NamedKey {
  std::string_view name;
  KnownKey key;
};
constexpr auto kKeys = std::to_array<NamedKey>({
    {"aws:currenttime", KnownKey::kCurrentTime},
    {"aws:epochtime", KnownKey::kEpochTime},
    {"aws:sourceip", KnownKey::kSourceIp},
    {"aws:securetransport", KnownKey::kSecureTransport},
    {"aws:username", KnownKey::kUserName},
    {"aws:userid", KnownKey::kUserId},
    {"aws:principalarn", KnownKey::kPrincipalArn},
    {"aws:principalaccount", KnownKey::kPrincipalAccount},
    {"aws:principaltype", KnownKey::kPrincipalType},
});

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

template <class T>
std::optional<ConditionValue> scalar(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return ConditionValue{.scalar = *value};
}

}  // namespace

std::optional<ConditionOperator> parse_operator(std::string_view name) {
  const std::string lower_case = lower(name);
  std::string_view rest = lower_case;
  Quantifier quantifier = Quantifier::kNone;
  if (take_prefix(rest, "forallvalues:")) {
    quantifier = Quantifier::kAll;
  } else if (take_prefix(rest, "foranyvalue:")) {
    quantifier = Quantifier::kAny;
  }
  const bool if_exists = take_suffix(rest, "ifexists");
  for (const Named& one : kOperators) {
    if (one.name != rest) continue;
    const bool of_absence = one.meaning.compare == Compare::kNull;
    if (of_absence && (if_exists || quantifier != Quantifier::kNone)) return std::nullopt;
    ConditionOperator found = one.meaning;
    found.if_exists = if_exists;
    found.quantifier = quantifier;
    return found;
  }
  return std::nullopt;
}

KnownKey known_key(std::string_view lower_case_key) {
  for (const NamedKey& one : kKeys) {
    if (one.name == lower_case_key) return one.key;
  }
  return KnownKey::kNone;
}

std::optional<ConditionValue> compile_value(std::string_view value, const ConditionOperator& how, bool variables) {
  switch (how.compare) {
    case Compare::kText:
    case Compare::kArn: {
      auto pattern =
          Pattern::compile(value, {.wildcards = how.wildcards, .variables = variables, .ignore_case = how.ignore_case});
      if (!pattern) return std::nullopt;
      return ConditionValue{.pattern = *std::move(pattern)};
    }
    case Compare::kNumber: {
      const auto number = Decimal::parse(value);
      return number ? scalar(std::optional(*number)) : std::nullopt;
    }
    case Compare::kDate: return scalar(parse_instant(value));
    case Compare::kNull:
    case Compare::kBoolean: return scalar(parse_boolean(value));
    case Compare::kBinary: return scalar(from_base64(value));
    case Compare::kAddress: return scalar(parse_network(value));
  }
  return std::nullopt;
}

}  // namespace caudal::access
