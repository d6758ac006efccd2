// SPDX-License-Identifier: Apache-2.0
// Which operation a request means: of those whose discriminators are all there, the one with the most.
#include <fmt/format.h>

#include <algorithm>

#include "aws/rest/rest_service.h"

namespace caudal::aws {
namespace {

const std::string* parameter(const RestRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.parameters) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool holds(const RestRequest& request, const Discriminator& tell) {
  if (tell.kind == Tell::kHeader) return request.head.header(tell.name).has_value();
  const std::string* value = parameter(request, tell.name);
  return value != nullptr && (tell.value.empty() || *value == tell.value);
}

bool has_member(const RestRoute& route, std::string_view name) {
  return route.input != nullptr && std::ranges::any_of(route.input->members, [&](const Member& member) {
           return member.place == Place::kQuery && member.name == name;
         });
}

ServiceError method_not_allowed(const RestRequest& request) {
  const std::string_view resource = request.level() == Level::kObject   ? "OBJECT"
                                    : request.level() == Level::kBucket ? "BUCKET"
                                                                        : "SERVICE";
  return {.code = "MethodNotAllowed",
          .status = 405,
          .message = "The specified method is not allowed against this resource.",
          .members = {{"Method", std::string(request.head.method)}, {"ResourceType", std::string(resource)}}};
}

ServiceError conflicting(const RestRoute& found, std::string_view parameter) {
  return {.code = "InvalidArgument",
          .status = 400,
          .message = found.discriminators.empty()
                         ? fmt::format("This operation does not accept the query parameter {}.", parameter)
                         : fmt::format("Conflicting query string parameters: {}, {}", found.discriminators.front().name,
                                       parameter),
          .members = {{"ArgumentName", "ResourceType"}, {"ArgumentValue", std::string(parameter)}}};
}

// A parameter that tells another operation of this level apart, and means nothing to `found`: carrying on would do
// something else than what was asked for, such as storing a part as the object.
Outcome<void> check_unambiguous(const RestService& service, const RestRoute& found, const RestRequest& request) {
  if (request.parameters.empty()) return {};
  const auto known = [&](std::string_view name) {
    return has_member(found, name) ||
           std::ranges::any_of(found.discriminators, [&](const Discriminator& d) { return d.name == name; });
  };
  const Discriminator* of_another_method = nullptr;
  for (const RestRoute& other : service.routes) {
    if (other.level != found.level) continue;
    for (const Discriminator& tell : other.discriminators) {
      if (!tell.alone || tell.kind != Tell::kQuery || !holds(request, tell) || known(tell.name)) continue;
      if (other.method == found.method) return conflicting(found, tell.name);
      of_another_method = &tell;
    }
  }
  if (of_another_method != nullptr) return method_not_allowed(request);
  return {};
}

}  // namespace

Outcome<const RestRoute*> find_route(const RestService& service, const RestRequest& request) {
  const RestRoute* found = nullptr;
  const Level level = request.level();
  for (const RestRoute& route : service.routes) {
    if (route.level != level || route.method != request.head.method) continue;
    if (found != nullptr && route.discriminators.size() <= found->discriminators.size()) continue;
    if (std::ranges::all_of(route.discriminators, [&](const Discriminator& tell) { return holds(request, tell); })) {
      found = &route;
    }
  }
  if (found == nullptr) return method_not_allowed(request);
  TRY(check_unambiguous(service, *found, request));
  return found;
}

ServiceError not_implemented(std::string_view operation) {
  return {.code = "NotImplemented",
          .status = 501,
          .message = fmt::format("A header you provided implies functionality that is not implemented: {}", operation),
          .members = {{"Operation", std::string(operation)}}};
}

}  // namespace caudal::aws
