// SPDX-License-Identifier: Apache-2.0
// The policies of tables and streams: what they decide, and how they are taken. Inside room api/dynamodb only.
#pragma once

#include <memory>
#include <string>

#include "access/policy.h"
#include "access/policy_cache.h"
#include "api/dynamodb/call.h"
#include "items/policies.h"

namespace caudal::api::dynamodb {

// The policy that a request for it is decided by, made ready; nullptr: there is none. Errors: malformed_policy, of one
// that is stored and cannot be read: it allows nobody.
Result<std::shared_ptr<const access::Policy>> policy_of(const Call& call, const items::PolicyHolder& holder);

// A policy as it is to be kept: with the ids of users, so that whoever is created later under one of their names
// inherits nothing. `arn`: of the table or stream. Errors: ValidationException.
Outcome<std::string> policy_to_keep(const Call& call, const std::string& arn, const std::string& text);

}  // namespace caudal::api::dynamodb
