// SPDX-License-Identifier: Apache-2.0
#include "api/iam/turn.h"

#include <fmt/format.h>

#include "access/errors.h"
#include "api/gate/permission.h"

namespace caudal::api::iam {
namespace {

constexpr int kNotFound = 404;
constexpr int kConflict = 409;

}  // namespace

aws::ServiceError validation_error(std::string message) {
  return {.code = "ValidationError", .status = 400, .message = std::move(message)};
}

aws::ServiceError no_such_entity(std::string message) {
  return {.code = "NoSuchEntity", .status = kNotFound, .message = std::move(message)};
}

std::optional<std::string> Turn::parameter(std::string_view name) const {
  const std::string_view value = parameters[name];
  return value.empty() ? std::nullopt : std::optional<std::string>(value);
}

Outcome<std::string> Turn::required(std::string_view name) const {
  if (auto value = parameter(name)) return *std::move(value);
  std::string member(name);
  member.front() = static_cast<char>(member.front() - 'A' + 'a');
  return validation_error(
      fmt::format("1 validation error detected: Value null at '{}' failed to satisfy constraint: "
                  "Member must not be null",
                  member));
}

Outcome<std::string> Turn::user() const {
  if (auto named = parameter("UserName")) return *std::move(named);
  if (!caller.root()) return caller.user_name;
  return validation_error("Must specify userName when calling with non-User credentials");
}

Outcome<void> Turn::require(std::string_view user) const {
  const std::string asked = fmt::format("iam:{}", action);
  const std::string arn = access::user_arn(user);
  if (is_allowed(visit, caller, asked, arn)) return {};
  return aws::ServiceError{
      .code = "AccessDenied",
      .status = 403,
      .message = fmt::format("User: {} is not authorized to perform: {} on resource: {}", caller.arn, asked, arn)};
}

Outcome<std::string> Turn::allowed_user() const {
  std::string whose = TRY(user());
  TRY(require(whose));
  return whose;
}

aws::ServiceError Turn::refused(const Error& error, std::string_view name) const {
  using access::Errc;
  if (error.code == Errc::no_such_user)
    return no_such_entity(fmt::format("The user with name {} cannot be found.", name));
  if (error.code == Errc::no_such_key)
    return no_such_entity(fmt::format("The Access Key with id {} cannot be found.", name));
  if (error.code == Errc::no_such_policy)
    return no_such_entity(fmt::format("The user policy with name {} cannot be found.", name));
  if (error.code == Errc::user_exists)
    return {.code = "EntityAlreadyExists",
            .status = kConflict,
            .message = fmt::format("User with name {} already exists.", name)};
  if (error.code == Errc::user_has_keys)
    return {.code = "DeleteConflict",
            .status = kConflict,
            .message = "Cannot delete entity, must delete access keys first."};
  if (error.code == Errc::too_many) return {.code = "LimitExceeded", .status = kConflict, .message = error.message};
  if (error.code == Errc::malformed_policy)
    return {.code = "MalformedPolicyDocument", .status = 400, .message = error.message};
  if (error.is(ErrorClass::kUsage)) return validation_error(error.message);
  visit.record.failure = error.to_string();
  return {.code = "ServiceFailure",
          .status = 500,
          .message = "The request processing has failed because of an unknown error, exception or failure."};
}

}  // namespace caudal::api::iam
