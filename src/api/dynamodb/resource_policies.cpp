// SPDX-License-Identifier: Apache-2.0
// PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy.
#include "api/dynamodb/resource_policies.h"

#include <fmt/format.h>

#include "access/errors.h"
#include "access/policy_ids.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/stream_names.h"
#include "aws/generated/dynamodb/policies.h"
#include "items/errors.h"

namespace caudal::api::dynamodb {
namespace {

std::string arn_of(const Call& call, const items::PolicyHolder& holder) {
  return holder.stream.empty() ? call.table_arn(holder.table)
                               : stream_arn(call, {.table = holder.table, .label = holder.stream});
}

// Of a table or a stream; indexes are spoken of in their table's.
Outcome<items::PolicyHolder> holder_of(const Call& call, const std::string& arn) {
  items::PolicyHolder holder{.table = table_name_of(arn)};
  if (arn.contains("/stream/")) {
    const items::StreamName stream = TRY(stream_of_arn(call, arn));
    holder = {.table = stream.table, .stream = stream.label};
  }
  if (!arn.starts_with("arn:") || arn_of(call, holder) != arn) {
    return validation("Invalid ResourceArn: " + arn + " is neither the ARN of a table nor of a stream");
  }
  return holder;
}

Outcome<items::PolicyHolder> admitted(Call& call, std::string_view action, const std::string& arn) {
  items::PolicyHolder holder = TRY(holder_of(call, arn));
  if (holder.stream.empty())
    TRY(call.require(action, holder.table));
  else
    TRY(call.require_on_stream(action, arn));
  return holder;
}

template <class T>
Outcome<T> said(Call& call, const std::string& arn, Result<T> result) {
  if (!result &&
      (result.error().code == items::Errc::no_such_table || result.error().code == items::Errc::no_such_stream)) {
    return wire::errors::resource_not_found_exception("Requested resource not found: " + arn);
  }
  return call.said(std::move(result));
}

ServiceError malformed(const Error& error) {
  const std::string where = error.context.empty() ? "" : fmt::format(" ({})", error.context.front());
  return validation(
      fmt::format("One or more parameter values were invalid: Invalid policy document: {}{}", error.message, where));
}

// Whoever puts a policy by which they could not put another must have meant it. Root always can.
Outcome<void> check_still_admitted(const Call& call, const std::string& arn, const std::string& kept) {
  const auto policy = access::Policy::parse_table(kept, {.arn = arn});
  if (!policy) return malformed(policy.error());
  const access::Request again{
      .action = "dynamodb:PutResourcePolicy", .resource = arn, .circumstances = call.of_the_sender};
  if (access::decide(again, call.caller, policy->get()).allowed()) return {};
  return validation(
      "The new resource policy will not allow you to update the resource policy in the future. Set "
      "ConfirmRemoveSelfResourceAccess to true if that is meant.");
}

bool is_confirmed(const Call& call, const wire::PutResourcePolicyInput& in) {
  const auto header = call.visit.request().headers.find("x-amz-confirm-remove-self-resource-access");
  return in.confirm_remove_self_resource_access.value_or(false) || header == "true";
}

Outcome<wire::PutResourcePolicyOutput> put(Call& call, const wire::PutResourcePolicyInput& in) {
  const items::PolicyHolder holder = TRY(admitted(call, "PutResourcePolicy", in.resource_arn));
  const std::string kept = TRY(policy_to_keep(call, in.resource_arn, in.policy));
  if (!is_confirmed(call, in)) TRY(check_still_admitted(call, in.resource_arn, kept));
  return wire::PutResourcePolicyOutput{
      .revision_id =
          TRY(said(call, in.resource_arn, call.beside.policies->put(holder, kept, in.expected_revision_id)))};
}

Outcome<wire::GetResourcePolicyOutput> get(Call& call, const wire::GetResourcePolicyInput& in) {
  const items::PolicyHolder holder = TRY(admitted(call, "GetResourcePolicy", in.resource_arn));
  const items::ResourcePolicyPtr policy = TRY(said(call, in.resource_arn, call.beside.policies->require(holder)));
  const auto name_of = [&call](std::string_view id) { return call.identities.user_name(id); };
  return wire::GetResourcePolicyOutput{.policy = TRY(call.said(access::with_user_arns(policy->text, name_of))),
                                       .revision_id = policy->revision};
}

Outcome<wire::DeleteResourcePolicyOutput> remove(Call& call, const wire::DeleteResourcePolicyInput& in) {
  const items::PolicyHolder holder = TRY(admitted(call, "DeleteResourcePolicy", in.resource_arn));
  return wire::DeleteResourcePolicyOutput{
      .revision_id = TRY(said(call, in.resource_arn, call.beside.policies->remove(holder, in.expected_revision_id)))};
}

}  // namespace

Result<std::shared_ptr<const access::Policy>> policy_of(const Call& call, const items::PolicyHolder& holder) {
  if (call.beside.policies == nullptr) return nullptr;
  const items::ResourcePolicyPtr policy = call.beside.policies->find(holder);
  if (policy == nullptr) return nullptr;
  return call.ready_policies.table(arn_of(call, holder), policy->text);
}

Outcome<std::string> policy_to_keep(const Call& call, const std::string& arn, const std::string& text) {
  const auto knows = [&call](std::string_view user) { return call.identities.knows_user(user); };
  const auto policy = access::Policy::parse_table(text, {.arn = arn, .knows_user = knows});
  if (!policy) return malformed(policy.error());
  const auto id_of = [&call](std::string_view name) { return call.identities.user_id(name); };
  auto kept = access::with_user_ids(text, id_of);
  if (!kept) return malformed(kept.error());
  // Ids are longer than short names.
  if (const auto again = access::Policy::parse_table(*kept, {.arn = arn}); !again) return malformed(again.error());
  return *std::move(kept);
}

void offer_policies(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kPutResourcePolicy, put);
  dispatcher.on(wire::operations::kGetResourcePolicy, get);
  dispatcher.on(wire::operations::kDeleteResourcePolicy, remove);
}

}  // namespace caudal::api::dynamodb
