// SPDX-License-Identifier: Apache-2.0
#include "api/s3/cors.h"

#include <algorithm>
#include <string>

#include "api/s3/text.h"

namespace caudal::api::s3 {
namespace {

using Rule = aws::s3::CORSRule;

constexpr std::string_view kVary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

// `pattern` has one '*' at most.
bool matches(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  return text.size() + 1 >= pattern.size() && text.starts_with(pattern.substr(0, star)) &&
         text.ends_with(pattern.substr(star + 1));
}

bool allows_header(const Rule& rule, std::string_view name) {
  return rule.allowed_headers && std::ranges::any_of(*rule.allowed_headers, [&](const std::string& pattern) {
           return matches(lower(pattern), name);
         });
}

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.empty()) names.push_back(lower(one));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out.append(out.empty() ? "" : ", ").append(text);
  return out;
}

HeaderList headers_of(const Rule& rule, std::string_view origin) {
  const bool everybody = std::ranges::find(rule.allowed_origins, "*") != rule.allowed_origins.end();
  HeaderList headers = {{"Access-Control-Allow-Origin", everybody ? "*" : std::string(origin)},
                        {"Access-Control-Allow-Methods", joined(rule.allowed_methods)}};
  if (rule.expose_headers && !rule.expose_headers->empty()) {
    headers.emplace_back("Access-Control-Expose-Headers", joined(*rule.expose_headers));
  }
  if (rule.max_age_seconds) headers.emplace_back("Access-Control-Max-Age", std::to_string(*rule.max_age_seconds));
  if (!everybody) headers.emplace_back("Access-Control-Allow-Credentials", "true");
  headers.emplace_back("Vary", kVary);
  return headers;
}

ServiceError forbidden(std::string_view why, std::string_view method) {
  return {.code = "AccessForbidden",
          .status = 403,
          .message = std::string(why),
          .members = {{"Method", std::string(method)}, {"ResourceType", "BUCKET"}}};
}

}  // namespace

const Rule* find_rule(const aws::s3::CORSConfiguration& cors, std::string_view origin, std::string_view method,
                      std::string_view headers) {
  const std::vector<std::string> wanted = names_in(headers);
  for (const Rule& rule : cors.cors_rules) {
    const auto from = [&](const std::string& pattern) { return matches(pattern, origin); };
    if (!std::ranges::any_of(rule.allowed_origins, from)) continue;
    if (std::ranges::find(rule.allowed_methods, method) == rule.allowed_methods.end()) continue;
    if (std::ranges::all_of(wanted, [&](const std::string& name) { return allows_header(rule, name); })) return &rule;
  }
  return nullptr;
}

HeaderList cors_headers(const aws::s3::CORSConfiguration& cors, const aws::RequestHead& head) {
  const auto origin = head.header("Origin");
  if (!origin) return {};
  const Rule* const rule = find_rule(cors, *origin, head.method, "");
  return rule != nullptr ? headers_of(*rule, *origin) : HeaderList();
}

Outcome<HeaderList> preflight(const aws::s3::CORSConfiguration* cors, const aws::RequestHead& head) {
  const auto origin = head.header("Origin");
  const auto method = head.header("Access-Control-Request-Method");
  if (!origin || !method) {
    return ServiceError{
        .code = "BadRequest", .status = 400, .message = "Insufficient information. Origin request header needed."};
  }
  if (cors == nullptr) return forbidden("CORSResponse: CORS is not enabled for this bucket.", *method);
  const std::string_view asked = head.header("Access-Control-Request-Headers").value_or("");
  const Rule* const rule = find_rule(*cors, *origin, *method, asked);
  if (rule == nullptr) {
    return forbidden(
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request "
        "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the "
        "resource's CORS spec.",
        *method);
  }
  HeaderList headers = headers_of(*rule, *origin);
  if (!asked.empty()) headers.emplace_back("Access-Control-Allow-Headers", joined(names_in(asked)));
  return headers;
}

}  // namespace caudal::api::s3
