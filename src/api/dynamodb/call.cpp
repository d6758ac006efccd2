// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/dynamodb/errors.h"
#include "api/dynamodb/permissions.h"
#include "api/dynamodb/resource_policies.h"
#include "api/dynamodb/stream_names.h"
#include "aws/shapes/violations.h"
#include "transfer/jobs.h"

namespace caudal::api::dynamodb {

namespace {

// Those never tell of items, so nothing is missed when policies ask about them; and who may mend a policy still can.
bool is_about_policies(std::string_view action) { return action.ends_with("ResourcePolicy"); }

// The first condition key that a policy asks for and that requests are not asked for here: those of
// indexes whose keys have several attributes, and of statements all but their keys and whether they look at all items.
std::string_view unknown_key(const access::Identity& caller, const access::Policy* of_resource,
                             std::string_view action) {
  static constexpr std::array<std::string_view, 4> kUnknown = {
      "dynamodb:FirstPartitionKeyValues", "dynamodb:SecondPartitionKeyValues", "dynamodb:ThirdPartitionKeyValues",
      "dynamodb:FourthPartitionKeyValues"};
  static constexpr std::array<std::string_view, 5> kUnknownOfStatements = {
      "dynamodb:Attributes", "dynamodb:Select", "dynamodb:ReturnValues", "dynamodb:ReturnConsumedCapacity",
      "dynamodb:EnclosingOperation"};
  const auto asked_of = [&](std::string_view key) {
    return (of_resource != nullptr && of_resource->mentions(key)) ||
           std::ranges::any_of(caller.policies, [&](const auto& policy) { return policy->mentions(key); });
  };
  if (is_about_policies(action)) return {};
  for (const std::string_view key : kUnknown) {
    if (asked_of(key)) return key;
  }
  if (!action.starts_with("dynamodb:PartiQL")) return {};
  for (const std::string_view key : kUnknownOfStatements) {
    if (asked_of(key)) return key;
  }
  return {};
}

struct TableArn {
  std::string_view account;
  std::string_view table;
};

// "arn:aws:dynamodb:us-east-1:000000000000:table/BankPayments"; not of what is below it: an index, a stream.
std::optional<TableArn> parse_table_arn(std::string_view text) {
  constexpr std::string_view kTable = "table/";
  std::array<std::string_view, 5> parts;  // "arn", partition, service, region, account
  for (std::string_view& part : parts) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (parts[0] != "arn" || parts[2] != "dynamodb" || !text.starts_with(kTable)) return std::nullopt;
  text.remove_prefix(kTable.size());
  if (text.contains('/')) return std::nullopt;
  return TableArn{.account = parts[4], .table = text};
}

}  // namespace

std::string Call::table_arn(std::string_view table) const { return arn_of(region, table); }

ServiceError Call::refused(const Error& error) {
  ServiceError said = in_dynamodb_words(error);
  if (is_internal(said)) failure = error.to_string();
  return said;
}

namespace {

// What names of tables are held to, where the model lets ARNs pass as well.
constexpr aws::Limits kTableNameLimits{.min = 3, .max = 255, .pattern = "[a-zA-Z0-9_.-]+"};
constexpr aws::Shape kTableName{.kind = aws::Kind::kString, .name = "TableName", .limits = &kTableNameLimits};

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
  if (table.starts_with("arn:")) return refuse_foreign(action, table);
  TRY(check_table_name(table));
  return decide(std::string("dynamodb:").append(action), resource_of(table, index), {.table = std::string(table)},
                leading_keys(leading));
}

Outcome<void> Call::require_of(std::string_view action, const std::string& table,
                               const std::vector<const items::Item*>& touched) {
  if (!asks_for_keys() || table.starts_with("arn:")) return require(action, table);
  const auto info = store.describe_table(table);
  // Nobody may take not knowing the keys for there being none.
  if (!info && !info.error().is(ErrorClass::kNotFound)) return refused(info.error());
  std::vector<std::string> leading;
  for (const items::Item* const item : touched) {
    if (!info) break;
    for (std::string& value : leading_key(info->definition.key, *item)) leading.push_back(std::move(value));
  }
  TRY(require(action, table, {}, leading));
  if (!info) return refused(info.error());
  return {};
}

Outcome<void> Call::require_select(std::string_view table, std::string_view index,
                                   const std::vector<std::string>& leading, bool is_full_scan) {
  if (table.starts_with("arn:")) return refuse_foreign("PartiQLSelect", table);
  TRY(check_table_name(table));
  Asked about = leading_keys(leading);
  about.emplace_back("dynamodb:FullTableScan", is_full_scan ? "true" : "false");
  return decide("dynamodb:PartiQLSelect", resource_of(table, index), {.table = std::string(table)}, about);
}

// Told at once, as nearly all are.
static bool is_table_name(std::string_view name) {
  return std::ssize(name) >= kTableNameLimits.min && std::ssize(name) <= kTableNameLimits.max &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
                  c == '-';
         });
}

Outcome<void> Call::check_table_name(std::string_view table) {
  if (is_table_name(table)) return {};
  aws::Violations violations;
  const aws::Path request;
  violations.check_text({.parent = &request, .name = "TableName"}, kTableName, table);
  if (violations.empty()) return {};
  return validation(violations.to_string());
}

// An ARN that is not of this account's tables: nobody here can have been allowed to use them.
Outcome<void> Call::refuse_foreign(std::string_view action, std::string_view arn) {
  if (!parse_table_arn(arn))
    return validation(fmt::format("Invalid TableArn: Invalid ResourceArn provided as input {}", arn));
  const std::string whole = std::string("dynamodb:").append(action);
  visit.record.resource = arn;
  visit.record.decision = "implicit_deny";
  visit.record.decided_by = "the table is of another account";
  return access_denied(caller.arn, whole, arn, "resource-based");
}

bool Call::asks_for(std::string_view key) const {
  if (has_policies) return true;
  return std::ranges::any_of(caller.policies, [&](const auto& policy) { return policy->mentions(key); });
}

void Call::know(std::string_view key, std::string value) {
  if (asks_for(key)) facts.emplace_back(key, std::move(value));
}

Outcome<void> Call::require_on_stream(std::string_view action, std::string_view arn) {
  items::PolicyHolder holder;
  if (has_policies) {
    if (const auto stream = stream_of_arn(*this, arn)) holder = {.table = stream->table, .stream = stream->label};
  }
  return decide(std::string("dynamodb:").append(action), std::string(arn), holder);
}

Outcome<void> Call::require_on(std::string_view action, const std::string& resource) {
  return decide(std::string("dynamodb:").append(action), resource, {});
}

Result<access::Decision> Call::decision_of_table(std::string_view action, const std::string& table) const {
  if (!has_policies) return access::Decision();
  const auto policy = TRY(policy_of(*this, {.table = table}));
  if (policy == nullptr) return access::Decision();
  access::Identity alone = caller;
  alone.policies.clear();
  if (!unknown_key(alone, policy.get(), action).empty()) return access::Decision();
  return access::decide({.action = std::string(action), .resource = table_arn(table), .circumstances = of_the_sender},
                        alone, policy.get());
}

Outcome<void> Call::require_below(std::string_view action, const std::string& resource) {
  const std::string whole = std::string("dynamodb:").append(action);
  const std::string tables = table_arn("");
  if (!has_policies || !resource.starts_with(tables)) return decide(whole, resource, {});
  const items::PolicyHolder holder{
      .table = resource.substr(tables.size(), resource.find('/', tables.size()) - tables.size())};
  const auto of_table = decision_of_table(whole, holder.table);
  const bool is_by_policy = of_table && of_table->by == access::Decision::By::kResourcePolicy;
  if (!is_by_policy) return decide(whole, resource, holder);
  visit.record.resource = resource;
  access::Decision decision = *of_table;
  if (decision.allowed()) {
    const access::Decision own =
        access::decide({.action = whole, .resource = resource, .circumstances = of_the_sender}, caller, nullptr);
    if (own.verdict == access::Verdict::kExplicitDeny) decision = own;
  }
  visit.record.decision = access::to_string(decision.verdict);
  visit.record.decided_by = decision.describe();
  if (decision.allowed()) return {};
  return decision.by == access::Decision::By::kResourcePolicy ? denied_explicitly(caller.arn, whole, resource)
                                                              : access_denied(caller.arn, whole, resource);
}

bool Call::is_kept_from(std::string_view action, const std::string& table) const {
  const auto decision = decision_of_table(std::string("dynamodb:").append(action), table);
  return !decision || decision->verdict == access::Verdict::kExplicitDeny;
}

Outcome<void> Call::require_on_all(std::string_view action) {
  return decide(std::string("dynamodb:").append(action), "*", {});
}

Outcome<void> Call::decide(const std::string& action, const std::string& resource, const items::PolicyHolder& holder,
                           const Asked& asked) {
  // The first is what the record tells; of several, the one that was refused. The others are told beside it.
  const bool is_first = visit.record.resource.empty();
  if (is_first) visit.record.resource = resource;
  const access::Circumstances* about = &of_the_sender;
  access::Circumstances with_more;
  if (!asked.empty() || !facts.empty()) {
    with_more = of_the_sender;
    for (const auto& [name, value] : asked) with_more.add(name, value);
    for (const auto& [name, value] : facts) with_more.add(name, value);
    about = &with_more;
  }
  const auto found = holder.table.empty() || !has_policies ? nullptr : policy_of(*this, holder);
  // One that cannot be read decides nothing but that root may mend it, as it may any other.
  const bool mends = caller.root() && is_about_policies(action);
  const auto of_resource = !found && mends ? Result<std::shared_ptr<const access::Policy>>(nullptr) : found;
  if (!of_resource) {
    visit.record.decision = "implicit_deny";
    visit.record.decided_by = of_resource.error().to_string();
    return access_denied(caller.arn, action, resource);
  }
  // What a policy asks for and nobody tells would be taken for absent, which may allow what it is to refuse.
  if (const std::string_view unknown = unknown_key(caller, of_resource->get(), action); !unknown.empty()) {
    visit.record.decision = "implicit_deny";
    visit.record.decided_by = fmt::format("a policy asks for {}, which is not known here", unknown);
    return access_denied(caller.arn, action, resource);
  }
  const access::Decision decision =
      access::decide({.action = action, .resource = resource, .circumstances = *about}, caller, of_resource->get());
  if (is_first || !decision.allowed()) {
    visit.record.decision = access::to_string(decision.verdict);
    visit.record.decided_by = decision.describe();
  }
  if (!decision.allowed()) {
    visit.record.resource = resource;
    const bool is_by_the_resource = decision.by == access::Decision::By::kResourcePolicy;
    return is_by_the_resource ? denied_explicitly(caller.arn, action, resource)
                              : access_denied(caller.arn, action, resource);
  }
  if (!is_first && resource != visit.record.resource) touch(resource, decision);
  return {};
}

void Call::touch(const std::string& resource, const access::Decision& decision) {
  auto& touched = visit.record.touched;
  if (std::ranges::any_of(touched, [&](const Touched& one) { return one.resource == resource; })) return;
  touched.push_back({.operation = std::string(operation),
                     .resource = resource,
                     .decision = std::string(access::to_string(decision.verdict)),
                     .decided_by = decision.describe()});
}

std::string table_name_of(std::string_view name_or_arn) {
  const auto arn = parse_table_arn(name_or_arn);
  // Of any region, as signatures are: all that there is here is in one.
  return std::string(arn && arn->account == access::kAccount ? arn->table : name_or_arn);
}

}  // namespace caudal::api::dynamodb
