// SPDX-License-Identifier: Apache-2.0
#include "aws/json/json_service.h"

#include <fmt/format.h>

#include <algorithm>

namespace caudal::aws {
namespace {

ServiceError unknown_operation(std::string message) {
  return {.code = "UnknownOperationException", .status = 400, .message = std::move(message)};
}

}  // namespace

Outcome<std::string_view> JsonService::operation_of_target(std::string_view target) const {
  if (!target.starts_with(target_prefix) || target.size() <= target_prefix.size() + 1 ||
      target[target_prefix.size()] != '.') {
    return unknown_operation(fmt::format("X-Amz-Target must be {}.<operation>", target_prefix));
  }
  return target.substr(target_prefix.size() + 1);
}

Outcome<size_t> JsonService::find(std::string_view operation) const {
  const auto found = std::ranges::lower_bound(offered, operation);
  if (found != offered.end() && *found == operation) return static_cast<size_t>(found - offered.begin());
  if (std::ranges::binary_search(not_offered, operation)) return not_offered_error(operation);
  return unknown_operation(fmt::format("There is no operation {}.{}", target_prefix, operation));
}

ServiceError JsonService::not_offered_error(std::string_view operation) const {
  return unknown_operation(fmt::format("The operation {} is not offered here", operation));
}

ServiceError JsonService::violation(const Violations& violations) const {
  const bool athena = words == JsonWords::kAthena;
  ServiceError error{.code = athena ? "InvalidRequestException" : "ValidationException",
                     .status = 400,
                     .message = violations.to_string()};
  if (athena) error.json_members = "\"AthenaErrorCode\":\"INVALID_INPUT\"";
  return error;
}

}  // namespace caudal::aws
