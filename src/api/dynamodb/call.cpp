// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/dynamodb/errors.h"
#include "api/dynamodb/permissions.h"

namespace caudal::api::dynamodb {

namespace {

// The first condition key that a policy of the caller asks for and that requests are not asked for here.
std::string_view unknown_key(const access::Identity& caller) {
  static constexpr std::array<std::string_view, 5> kUnknown = {
      "dynamodb:Attributes", "dynamodb:Select", "dynamodb:ReturnValues", "dynamodb:ReturnConsumedCapacity",
      "dynamodb:EnclosingOperation"};
  for (const std::string_view key : kUnknown) {
    if (std::ranges::any_of(caller.policies, [&](const auto& policy) { return policy->mentions(key); })) return key;
  }
  return {};
}

}  // namespace

std::string Call::table_arn(std::string_view table) const { return arn_of(region, table); }

ServiceError Call::refused(const Error& error) {
  ServiceError said = in_dynamodb_words(error);
  if (is_internal(said)) failure = error.to_string();
  return said;
}

namespace {

std::vector<std::pair<std::string, std::string>> leading_keys(const std::vector<std::string>& values) {
  std::vector<std::pair<std::string, std::string>> asked;
  for (const std::string& value : values) asked.emplace_back("dynamodb:LeadingKeys", value);
  return asked;
}

}  // namespace

std::string Call::resource_of(std::string_view table, std::string_view index) const {
  std::string resource = table_arn(table);
  if (!index.empty()) resource.append("/index/").append(index);
  return resource;
}

Outcome<void> Call::require(std::string_view action, std::string_view table, std::string_view index,
                            const std::vector<std::string>& leading) {
  return decide(std::string("dynamodb:").append(action), resource_of(table, index), leading_keys(leading));
}

Outcome<void> Call::require_select(std::string_view table, std::string_view index,
                                   const std::vector<std::string>& leading, bool is_full_scan) {
  Asked about = leading_keys(leading);
  about.emplace_back("dynamodb:FullTableScan", is_full_scan ? "true" : "false");
  return decide("dynamodb:PartiQLSelect", resource_of(table, index), about);
}

bool Call::asks_for_keys() const {
  return std::ranges::any_of(caller.policies,
                             [](const auto& policy) { return policy->mentions("dynamodb:LeadingKeys"); });
}

Outcome<void> Call::require_on_stream(std::string_view action, std::string_view arn) {
  return decide(std::string("dynamodb:").append(action), std::string(arn), {});
}

Outcome<void> Call::require_on(std::string_view action, const std::string& resource) {
  return decide(std::string("dynamodb:").append(action), resource, {});
}

Outcome<void> Call::require_on_all(std::string_view action) {
  return decide(std::string("dynamodb:").append(action), "*", {});
}

Outcome<void> Call::decide(const std::string& action, const std::string& resource, const Asked& asked) {
  // The first is what the record tells; of several, the one that was refused.
  const bool is_first = visit.record.resource.empty();
  if (is_first) visit.record.resource = resource;
  const access::Circumstances* about = &of_the_sender;
  access::Circumstances with_more;
  if (!asked.empty()) {
    with_more = of_the_sender;
    for (const auto& [name, value] : asked) with_more.add(name, value);
    about = &with_more;
  }
  // What a policy asks for and nobody tells would be taken for absent, which may allow what it is to refuse.
  if (const std::string_view unknown = unknown_key(caller); !unknown.empty()) {
    visit.record.decision = "implicit_deny";
    visit.record.decided_by = fmt::format("a policy asks for {}, which is not known here", unknown);
    return access_denied(caller.arn, action, resource);
  }
  const access::Decision decision =
      access::decide({.action = action, .resource = resource, .circumstances = *about}, caller, nullptr);
  if (is_first || !decision.allowed()) {
    visit.record.decision = access::to_string(decision.verdict);
    visit.record.decided_by = decision.describe();
  }
  if (decision.allowed()) return {};
  visit.record.resource = resource;
  return access_denied(caller.arn, action, resource);
}

std::string table_name_of(std::string_view name_or_arn) {
  constexpr std::string_view kTable = ":table/";
  if (!name_or_arn.starts_with("arn:")) return std::string(name_or_arn);
  const size_t table = name_or_arn.find(kTable);
  if (table == std::string_view::npos) return std::string(name_or_arn);
  name_or_arn.remove_prefix(table + kTable.size());
  return std::string(name_or_arn.substr(0, name_or_arn.find('/')));
}

}  // namespace caudal::api::dynamodb
