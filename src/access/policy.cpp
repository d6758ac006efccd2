// SPDX-License-Identifier: Apache-2.0
// Policies as wholes.
#include "access/policy.h"

#include <algorithm>
#include <array>

#include "access/ascii.h"
#include "access/policy_reader.h"
#include "access/statement.h"

namespace caudal::access {
namespace {

bool mentioned(const Condition& condition, std::string_view prefix) {
  return condition.key.starts_with(prefix) || std::ranges::any_of(condition.values, [&](const ConditionValue& value) {
           return value.pattern.mentions(prefix);
         });
}

bool mentioned(const Statement& statement, std::string_view prefix) {
  return std::ranges::any_of(statement.resources, [&](const Pattern& each) { return each.mentions(prefix); }) ||
         std::ranges::any_of(statement.conditions, [&](const Condition& each) { return mentioned(each, prefix); });
}

// Whether the condition lets in those alone who are somewhere or somebody in particular.
bool narrows(const Condition& condition) {
  constexpr auto kKeys = std::to_array<std::string_view>(
      {"aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceaccount", "aws:sourceowner",
       "aws:principalorgid", "aws:principalarn", "aws:principalaccount", "aws:userid", "aws:username"});
  if (std::ranges::find(kKeys, condition.key) == kKeys.end()) return false;
  const ConditionOperator& how = condition.how;
  if (how.negated || how.if_exists || how.quantifier == Quantifier::kAll || how.compare == Compare::kNull) return false;
  return std::ranges::none_of(condition.values, [](const ConditionValue& value) {
    const auto* network = std::get_if<Network>(&value.scalar);
    if (network != nullptr) return network->bits == 0 || network->bits == 96;  // all of IPv6, all of IPv4
    return value.pattern.is_any();
  });
}

}  // namespace

Policy::Policy(std::string name, std::vector<Statement> statements)
    : name_(std::move(name)), statements_(std::move(statements)) {}
Policy::~Policy() = default;

Result<std::shared_ptr<const Policy>> Policy::parse_identity(std::string_view text, std::string name) {
  auto statements = TRY(read_statements(text, nullptr));
  return std::shared_ptr<const Policy>(new Policy(std::move(name), std::move(statements)));
}

Result<std::shared_ptr<const Policy>> Policy::parse_bucket(std::string_view text, const BucketRules& rules) {
  const RulesOfBuckets of_buckets(rules);
  auto statements = TRY(read_statements(text, &of_buckets));
  return std::shared_ptr<const Policy>(new Policy(std::string(rules.bucket), std::move(statements)));
}

Result<std::shared_ptr<const Policy>> Policy::parse_table(std::string_view text, const TableRules& rules) {
  const RulesOfTables of_tables(rules);
  auto statements = TRY(read_statements(text, &of_tables));
  return std::shared_ptr<const Policy>(new Policy(std::string(rules.arn), std::move(statements)));
}

bool Policy::mentions(std::string_view prefix) const {
  const std::string lower_case = lower(prefix);
  return std::ranges::any_of(statements_, [&](const Statement& each) { return mentioned(each, lower_case); });
}

bool Policy::is_public() const {
  return std::ranges::any_of(statements_, [](const Statement& each) {
    return each.effect == Effect::kAllow && each.principals.everyone && std::ranges::none_of(each.conditions, narrows);
  });
}

}  // namespace caudal::access
