// SPDX-License-Identifier: Apache-2.0
// Policies of users: PutUserPolicy, GetUserPolicy, ListUserPolicies, DeleteUserPolicy for documents of one's own;
// AttachUserPolicy, DetachUserPolicy, ListAttachedUserPolicies for those that come with Caudal under AWS's names.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "access/errors.h"
#include "access/named_policies.h"
#include "api/iam/lists.h"
#include "api/iam/turn.h"
#include "aws/uri.h"
#include "aws/xml/xml_writer.h"

namespace caudal::api::iam {
namespace {

constexpr std::string_view kArnOfNamed = "arn:aws:iam::aws:policy/";

// Whether a policy of the user is, unchanged, the one that comes under that name.
bool is_attached(const Turn& turn, const std::string& user, const std::string& policy) {
  const auto named = access::named_policy(policy);
  const auto own = turn.identities.policy(user, policy);
  return named && own && *own == *named;
}

// "AmazonS3ReadOnlyAccess", of the request's PolicyArn. Errors: NoSuchEntity.
Outcome<std::string> named_policy_of(const Turn& turn) {
  const std::string arn = TRY(turn.required("PolicyArn"));
  const std::string_view name = std::string_view(arn).substr(std::min(arn.size(), kArnOfNamed.size()));
  if (arn.starts_with(kArnOfNamed) && access::named_policy(name)) return std::string(name);
  return no_such_entity(fmt::format("Policy {} does not exist or is not attachable.", arn));
}

Outcome<std::string> put(const Turn& turn) {
  const std::string user = TRY(turn.required("UserName"));
  TRY(turn.require(user));
  const std::string policy = TRY(turn.required("PolicyName"));
  const auto done = turn.identities.put_policy(user, policy, TRY(turn.required("PolicyDocument")));
  if (!done) return turn.refused(done.error(), user);
  return std::string();
}

Outcome<std::string> attach(const Turn& turn) {
  const std::string user = TRY(turn.required("UserName"));
  TRY(turn.require(user));
  const std::string policy = TRY(named_policy_of(turn));
  const auto done = turn.identities.put_policy(user, policy, *access::named_policy(policy));
  if (!done) return turn.refused(done.error(), user);
  return std::string();
}

Outcome<std::string> get(const Turn& turn) {
  const std::string user = TRY(turn.required("UserName"));
  TRY(turn.require(user));
  const std::string policy = TRY(turn.required("PolicyName"));
  const auto document = turn.identities.policy(user, policy);
  if (!document)
    return turn.refused(document.error(), document.error().code == access::Errc::no_such_user ? user : policy);
  std::string out;
  aws::append_xml_element(out, "UserName", user);
  aws::append_xml_element(out, "PolicyName", policy);
  aws::append_xml_element(out, "PolicyDocument", aws::uri_encoded(*document));
  return out;
}

Outcome<std::string> remove_policy(const Turn& turn, const std::string& user, const std::string& policy) {
  const auto done = turn.identities.remove_policy(user, policy);
  if (!done) return turn.refused(done.error(), done.error().code == access::Errc::no_such_user ? user : policy);
  return std::string();
}

Outcome<std::string> remove(const Turn& turn) {
  const std::string user = TRY(turn.required("UserName"));
  TRY(turn.require(user));
  return remove_policy(turn, user, TRY(turn.required("PolicyName")));
}

Outcome<std::string> detach(const Turn& turn) {
  const std::string user = TRY(turn.required("UserName"));
  TRY(turn.require(user));
  const std::string policy = TRY(named_policy_of(turn));
  if (turn.identities.user_id(user) && !is_attached(turn, user, policy))
    return no_such_entity(fmt::format("Policy {}{} was not found.", kArnOfNamed, policy));
  return remove_policy(turn, user, policy);
}

// Those of the user that come with Caudal, or the others.
Outcome<std::string> list(const Turn& turn, std::string_view list, bool attached) {
  const std::string user = TRY(turn.required("UserName"));
  TRY(turn.require(user));
  const auto users = turn.identities.users();
  const auto found = std::ranges::find(users, user, &access::UserInfo::name);
  if (found == users.end()) return no_such_entity("The user with name " + user + " cannot be found.");
  Elements elements;
  for (const std::string& policy : found->policies) {
    if (is_attached(turn, user, policy) != attached) continue;
    std::string element;
    if (attached) {
      aws::append_xml_element(element, "PolicyName", policy);
      aws::append_xml_element(element, "PolicyArn", std::string(kArnOfNamed) + policy);
    } else {
      aws::append_xml_text(element, policy);
    }
    elements.emplace(policy, std::move(element));
  }
  return page_of(turn, list, elements);
}

constexpr auto kActions = std::to_array<Action>({
    {"AttachUserPolicy", attach},
    {"DeleteUserPolicy", remove},
    {"DetachUserPolicy", detach},
    {"GetUserPolicy", get},
    {"ListAttachedUserPolicies", [](const Turn& turn) { return list(turn, "AttachedPolicies", true); }},
    {"ListUserPolicies", [](const Turn& turn) { return list(turn, "PolicyNames", false); }},
    {"PutUserPolicy", put},
});

}  // namespace

std::span<const Action> actions_of_policies() { return kActions; }

}  // namespace caudal::api::iam
