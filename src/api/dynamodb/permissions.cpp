// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/permissions.h"

#include <fmt/format.h>

#include "access/identity.h"
#include "base/encoding.h"

namespace caudal::api::dynamodb {

std::string arn_of(std::string_view region, std::string_view table) {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}", region, access::kAccount, table);
}

aws::ServiceError access_denied(std::string_view caller, std::string_view action, std::string_view resource,
                                std::string_view kind) {
  return {.code = "AccessDeniedException",
          .status = 400,
          .message = fmt::format("User: {} is not authorized to perform: {} on resource: {} because no {} "
                                 "policy allows the {} action",
                                 caller, action, resource, kind, action)};
}

aws::ServiceError denied_explicitly(std::string_view caller, std::string_view action, std::string_view resource) {
  return {.code = "AccessDeniedException",
          .status = 400,
          .message = fmt::format("User: {} is not authorized to perform: {} on resource: {} with an explicit deny in a "
                                 "resource-based policy",
                                 caller, action, resource)};
}

std::vector<std::string> leading_key(const items::KeySchema& schema, const items::Item& item) {
  const items::Value* const value = item.find(schema.partition.front().name);
  if (value == nullptr) return {};
  if (const auto* text = value->get_if<std::string>()) return {*text};
  if (const auto* number = value->get_if<items::Number>()) return {number->to_string()};
  if (const auto* binary = value->get_if<items::Binary>()) return {to_base64(binary->bytes)};
  return {};
}

}  // namespace caudal::api::dynamodb
