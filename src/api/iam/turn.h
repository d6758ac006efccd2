// SPDX-License-Identifier: Apache-2.0
// One request of IAM: its parameters, whether it is allowed, and IAM's words for what went wrong.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/identities.h"
#include "api/gate/visit.h"
#include "aws/query/query_protocol.h"
#include "aws/service_error.h"
#include "base/result.h"

namespace caudal::api::iam {

template <class T>
using Outcome = aws::Outcome<T>;

struct Turn {
  std::string_view action;  // "CreateUser"
  Visit& visit;
  const access::Identity& caller;
  const aws::QueryParameters& parameters;
  access::Identities& identities;

  // Nothing where it is absent or empty.
  std::optional<std::string> parameter(std::string_view name) const;
  // Errors: ValidationError where it is missing.
  Outcome<std::string> required(std::string_view name) const;
  // UserName, or whoever asks. Errors: ValidationError for root, which is no user.
  Outcome<std::string> user() const;
  // That the caller may do this to that user. Asked before it is looked whether there is one. Errors: AccessDenied.
  Outcome<void> require(std::string_view user) const;
  // Both of these: whose it is, once that is allowed.
  Outcome<std::string> allowed_user() const;
  // A room's error in IAM's words. `name`: of what was asked for.
  aws::ServiceError refused(const Error& error, std::string_view name) const;
};

aws::ServiceError validation_error(std::string message);
aws::ServiceError no_such_entity(std::string message);

// The content of the action's result.
using Handler = Outcome<std::string> (*)(const Turn& turn);
struct Action {
  std::string_view name;
  Handler handler;
};
std::span<const Action> actions_of_users();
std::span<const Action> actions_of_keys();
std::span<const Action> actions_of_policies();

}  // namespace caudal::api::iam
