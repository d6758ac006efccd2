// SPDX-License-Identifier: Apache-2.0
// Finding the route of a request.
#include "api/rest/route.h"

#include <algorithm>
#include <optional>
#include <set>

#include "aws/uri.h"

namespace caudal::api::rest {
namespace {

using Values = std::vector<std::pair<std::string_view, std::string>>;

// Takes off what stands before the next '/', which is taken off before it.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool is_value(std::string_view segment) { return segment.starts_with('{'); }

std::optional<Values> values_in(std::string_view path, std::string_view pattern) {
  Values values;
  while (path.starts_with('/') && pattern.starts_with('/')) {
    const std::string_view segment = take_segment(path);
    const std::string_view wanted = take_segment(pattern);
    if (!is_value(wanted)) {
      if (segment != wanted) return std::nullopt;
      continue;
    }
    if (segment.empty()) return std::nullopt;
    values.emplace_back(wanted.substr(1, wanted.size() - 2), aws::uri_decoded(segment));
  }
  if (!path.empty() || !pattern.empty()) return std::nullopt;
  return values;
}

}  // namespace

Matched match(std::string_view method, std::string_view path) {
  Matched matched;
  std::set<std::string_view> methods;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes()) {
    auto values = values_in(path, route.path);
    if (!values) continue;
    methods.insert(route.method);
    if (route.method == "GET") methods.insert("HEAD");
    if (route.method != wanted) continue;
    matched.route = &route;
    matched.values = *std::move(values);
  }
  for (const std::string_view one : methods) matched.allowed.append(matched.allowed.empty() ? "" : ", ").append(one);
  return matched;
}

}  // namespace caudal::api::rest
