// SPDX-License-Identifier: Apache-2.0
// One request, asked statement by statement whether it applies. Used by decide() alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/identity.h"
#include "access/request.h"
#include "access/statement.h"

namespace caudal::access {

// A variable that has no value equals nothing. So that a missing value never grants anything, an Allow that needs
// it not to be equal (NotResource, ...Not...) does not apply either; a Deny does.
class Evaluation final : public VariableSource {
 public:
  // Both must outlive it.
  Evaluation(const Request& request, const Identity& identity);

  bool applies(const Statement& statement, bool of_resource);
  std::optional<std::string> variable(std::string_view key) const override;

 private:
  bool resources_match(const Statement& statement) const;
  bool holds(const Condition& condition, Effect effect);
  // Whether `value` is one of the condition's.
  Match is_among(std::string_view value, const Condition& condition) const;
  std::optional<std::string> known_value(KnownKey known) const;
  void collect(const Condition& condition);

  const Request& request_;
  const Identity& identity_;
  std::string action_;  // lower case
  std::vector<std::string_view> values_;
  std::string known_;  // what values_ points to, for known keys
};

}  // namespace caudal::access
