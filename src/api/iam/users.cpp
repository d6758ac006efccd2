// SPDX-License-Identifier: Apache-2.0
// CreateUser, GetUser, ListUsers, DeleteUser.
#include <algorithm>
#include <array>

#include "api/iam/lists.h"
#include "api/iam/turn.h"
#include "aws/xml/xml_writer.h"
#include "base/date.h"

namespace caudal::api::iam {
namespace {

std::string elements_of(const access::UserInfo& user) {
  std::string out;
  aws::append_xml_element(out, "Path", "/");
  aws::append_xml_element(out, "UserName", user.name);
  aws::append_xml_element(out, "UserId", user.id);
  aws::append_xml_element(out, "Arn", access::user_arn(user.name));
  aws::append_xml_element(out, "CreateDate", to_string(user.created));
  return out;
}

std::string in_user(const std::string& elements) { return "<User>" + elements + "</User>"; }

Outcome<std::string> create(const Turn& turn) {
  const std::string name = TRY(turn.required("UserName"));
  TRY(turn.require(name));
  if (turn.parameter("Path").value_or("/") != "/") return validation_error("users have no paths here; leave Path out");
  for (const char* other : {"PermissionsBoundary", "Tags.member.1.Key"}) {
    if (turn.parameter(other)) return validation_error("users have neither tags nor permissions boundaries here");
  }
  const auto made = turn.identities.create_user(name);
  if (!made) return turn.refused(made.error(), name);
  return in_user(elements_of(*made));
}

Outcome<std::string> get(const Turn& turn) {
  if (turn.caller.root() && !turn.parameter("UserName")) {
    std::string root;
    aws::append_xml_element(root, "Path", "/");
    aws::append_xml_element(root, "UserId", turn.caller.user_id);
    aws::append_xml_element(root, "Arn", turn.caller.arn);
    return in_user(root);
  }
  const std::string name = TRY(turn.allowed_user());
  const auto users = turn.identities.users();
  const auto found = std::ranges::find(users, name, &access::UserInfo::name);
  if (found == users.end()) return no_such_entity("The user with name " + name + " cannot be found.");
  return in_user(elements_of(*found));
}

Outcome<std::string> list(const Turn& turn) {
  TRY(turn.require(""));
  Elements elements;
  if (turn.parameter("PathPrefix").value_or("/") == "/") {
    for (const access::UserInfo& user : turn.identities.users()) elements.emplace(user.name, elements_of(user));
  }
  return page_of(turn, "Users", elements);
}

Outcome<std::string> remove(const Turn& turn) {
  const std::string name = TRY(turn.required("UserName"));
  TRY(turn.require(name));
  const auto removed = turn.identities.remove_user(name);
  if (!removed) return turn.refused(removed.error(), name);
  return std::string();
}

constexpr auto kActions = std::to_array<Action>({
    {"CreateUser", create},
    {"DeleteUser", remove},
    {"GetUser", get},
    {"ListUsers", list},
});

}  // namespace

std::span<const Action> actions_of_users() { return kActions; }

}  // namespace caudal::api::iam
