// SPDX-License-Identifier: Apache-2.0
// A statement of a policy, made ready for deciding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/condition.h"
#include "access/identity.h"
#include "access/pattern.h"

namespace caudal::access {

enum class Effect : uint8_t { kAllow, kDeny };

// Whom a statement of a resource's policy is about.
struct Principals {
  bool everyone = false;  // "*": the anonymous too
  // The account: root, and where a Deny names it, all its users. An Allow for the account leaves it to the users' own
  // policies, and a NotPrincipal that has it lets off root alone, as on AWS.
  bool account = false;
  std::vector<std::string> users = {};  // ARNs, names or ids

  bool cover(const Identity& identity, bool account_is_its_users) const;
};

struct Statement {
  std::string sid = {};
  size_t number = 0;  // from 1, in the policy
  Effect effect = Effect::kAllow;
  Principals principals = {};  // of a resource's policy
  bool not_principals = false;
  std::vector<Pattern> actions = {};  // in lower case
  bool not_actions = false;
  std::vector<Pattern> resources = {};
  bool not_resources = false;
  std::vector<Condition> conditions = {};
};

}  // namespace caudal::access
