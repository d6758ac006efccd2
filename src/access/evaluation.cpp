// SPDX-License-Identifier: Apache-2.0
// Statements against a request.
#include "access/evaluation.h"

#include <algorithm>

#include "access/ascii.h"
#include "base/date.h"
#include "base/encoding.h"

namespace caudal::access {
namespace {

template <class T>
bool related(const T& given, Relation relation, const T& wanted) {
  switch (relation) {
    case Relation::kEqual: return given == wanted;
    case Relation::kLess: return given < wanted;
    case Relation::kLessOrEqual: return given <= wanted;
    case Relation::kGreater: return given > wanted;
    case Relation::kGreaterOrEqual: return given >= wanted;
  }
  return false;
}

// One value that was read as the operator's type, against all of the condition's.
template <class T>
Match any_related(const T& given, const Condition& condition) {
  const bool found = std::ranges::any_of(condition.values, [&](const ConditionValue& value) {
    return related(given, condition.how.relation, std::get<T>(value.scalar));
  });
  return found ? Match::kYes : Match::kNo;
}

Match any_pattern(std::string_view given, const Condition& condition, const VariableSource& variables) {
  bool unresolved = false;
  for (const ConditionValue& value : condition.values) {
    const Match match = condition.how.compare == Compare::kArn ? value.pattern.matches_arn(given, variables)
                                                               : value.pattern.matches(given, variables);
    if (match == Match::kYes) return match;
    unresolved = unresolved || match == Match::kUnresolved;
  }
  return unresolved ? Match::kUnresolved : Match::kNo;
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

int64_t epoch_seconds(Timestamp instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

}  // namespace

Evaluation::Evaluation(const Request& request, const Identity& identity)
    : request_(request), identity_(identity), action_(lower(request.action)) {}

bool Evaluation::applies(const Statement& statement, bool of_resource) {
  const bool named = std::ranges::any_of(
      statement.actions, [&](const Pattern& action) { return action.matches(action_, *this) == Match::kYes; });
  if (named == statement.not_actions) return false;
  if (of_resource) {
    const bool account_is_its_users = statement.effect == Effect::kDeny && !statement.not_principals;
    if (statement.principals.cover(identity_, account_is_its_users) == statement.not_principals) return false;
  }
  if (!resources_match(statement)) return false;
  return std::ranges::all_of(statement.conditions,
                             [&](const Condition& condition) { return holds(condition, statement.effect); });
}

bool Evaluation::resources_match(const Statement& statement) const {
  bool unresolved = false;
  for (const Pattern& resource : statement.resources) {
    const Match match = resource.matches(request_.resource, *this);
    if (match == Match::kYes) return !statement.not_resources;
    unresolved = unresolved || match == Match::kUnresolved;
  }
  return statement.not_resources && !(unresolved && statement.effect == Effect::kAllow);
}

std::optional<std::string> Evaluation::known_value(KnownKey known) const {
  switch (known) {
    case KnownKey::kNone: return std::nullopt;
    case KnownKey::kCurrentTime: return caudal::to_string(request_.circumstances.now);
    case KnownKey::kEpochTime: return std::to_string(epoch_seconds(request_.circumstances.now));
    case KnownKey::kSourceIp: return unless_empty(request_.circumstances.source_ip);
    case KnownKey::kSecureTransport: return request_.circumstances.secure_transport ? "true" : "false";
    case KnownKey::kUserName: return unless_empty(identity_.user_name);
    case KnownKey::kUserId: return identity_.anonymous() ? "anonymous" : identity_.user_id;
    case KnownKey::kPrincipalArn: return unless_empty(identity_.arn);
    case KnownKey::kPrincipalAccount:
      return identity_.anonymous() ? std::nullopt : std::optional(std::string(kAccount));
    case KnownKey::kPrincipalType: return identity_.anonymous() ? "Anonymous" : identity_.root() ? "Account" : "User";
  }
  return std::nullopt;
}

std::optional<std::string> Evaluation::variable(std::string_view key) const {
  if (const KnownKey known = known_key(key); known != KnownKey::kNone) return known_value(known);
  const std::string* found = nullptr;
  for (const auto& entry : request_.circumstances.entries()) {
    if (entry.key != key) continue;
    if (found != nullptr) return std::nullopt;
    found = &entry.value;
  }
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void Evaluation::collect(const Condition& condition) {
  values_.clear();
  if (condition.known != KnownKey::kNone) {
    auto value = known_value(condition.known);
    if (!value) return;
    known_ = *std::move(value);
    values_.emplace_back(known_);
    return;
  }
  for (const auto& entry : request_.circumstances.entries()) {
    if (entry.key == condition.key) values_.emplace_back(entry.value);
  }
}

Match Evaluation::is_among(std::string_view value, const Condition& condition) const {
  switch (condition.how.compare) {
    case Compare::kText:
      return condition.how.ignore_case ? any_pattern(lower(value), condition, *this)
                                       : any_pattern(value, condition, *this);
    case Compare::kArn: return any_pattern(value, condition, *this);
    case Compare::kNumber: {
      const auto number = Decimal::parse(value);
      return number ? any_related(*number, condition) : Match::kUnresolved;
    }
    case Compare::kDate: {
      const auto instant = parse_instant(value);
      return instant ? any_related(*instant, condition) : Match::kUnresolved;
    }
    case Compare::kBoolean: {
      const auto boolean = parse_boolean(value);
      return boolean ? any_related(*boolean, condition) : Match::kUnresolved;
    }
    case Compare::kBinary: {
      const auto bytes = from_base64(value);
      return bytes ? any_related(*bytes, condition) : Match::kUnresolved;
    }
    case Compare::kAddress: {
      const auto address = parse_address(value);
      if (!address) return Match::kUnresolved;
      const bool inside = std::ranges::any_of(condition.values, [&](const ConditionValue& network) {
        return std::get<Network>(network.scalar).contains(*address);
      });
      return inside ? Match::kYes : Match::kNo;
    }
    case Compare::kNull: break;
  }
  return Match::kNo;
}

bool Evaluation::holds(const Condition& condition, Effect effect) {
  collect(condition);
  const ConditionOperator& how = condition.how;
  if (how.compare == Compare::kNull) {
    const bool absent = values_.empty();
    return std::ranges::any_of(condition.values,
                               [&](const ConditionValue& value) { return std::get<bool>(value.scalar) == absent; });
  }
  if (values_.empty()) {
    if (how.if_exists || how.quantifier == Quantifier::kAll) return true;
    return how.quantifier == Quantifier::kNone && how.negated;
  }
  const auto holds_for = [&](std::string_view value) {
    const Match match = is_among(value, condition);
    if (match == Match::kUnresolved) return how.negated && effect == Effect::kDeny;
    return (match == Match::kYes) != how.negated;
  };
  // Without a quantifier one of the values is enough, and for a negated operator none may be among the condition's.
  const bool all = how.quantifier == Quantifier::kAll || (how.quantifier == Quantifier::kNone && how.negated);
  return all ? std::ranges::all_of(values_, holds_for) : std::ranges::any_of(values_, holds_for);
}

}  // namespace caudal::access
