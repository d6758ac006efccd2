// SPDX-License-Identifier: Apache-2.0
#include "api/rest/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/gate/permission.h"
#include "api/rest/route.h"

namespace caudal::api::rest {
namespace {

std::optional<std::string> otherwise_of(const Schema& schema) {
  if (schema.otherwise.empty()) return std::nullopt;
  return std::string(schema.otherwise);
}

}  // namespace

std::optional<std::string> Call::parameter(std::string_view name) const {
  if (const auto found = parameters.find(name); found != parameters.end()) return found->second;
  const auto known = std::ranges::find(route.parameters, name, &Parameter::name);
  return known != route.parameters.end() ? otherwise_of(*known->schema) : std::nullopt;
}

std::optional<std::string> member_of(const Schema& schema, const JsonValue& body, std::string_view name) {
  if (const JsonValue* const found = body.find(name)) return found->text;
  const auto known = std::ranges::find(schema.members, name, &Member::name);
  return known != schema.members.end() ? otherwise_of(*known->schema) : std::nullopt;
}

std::optional<std::string> Call::member(std::string_view name) const {
  static constexpr Schema kNothing = {.type = Schema::Type::kObject};
  return member_of(route.body != nullptr ? *route.body : kNothing, body, name);
}

Outcome<void> Call::require(const std::string& resource) {
  const std::string action = fmt::format("caudal:{}", action_of(route));
  const std::string arn = fmt::format("arn:aws:caudal:{}:{}:{}", region, access::kAccount, resource);
  if (is_allowed(visit, caller, action, arn)) return {};
  return Problem{.kind = Kind::kForbidden,
                 .detail = fmt::format("{} is not authorized to perform {} on {}", caller.arn, action, arn)};
}

Outcome<void> Call::require_also(const std::string& resource) {
  const Record& before = visit.record;
  visit.record.touched.push_back({.operation = std::string(action_of(route)),
                                  .resource = before.resource,
                                  .decision = before.decision,
                                  .decided_by = before.decided_by});
  return require(resource);
}

}  // namespace caudal::api::rest
