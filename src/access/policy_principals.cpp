// SPDX-License-Identifier: Apache-2.0
// Reading principals, and telling whether they cover an identity.
#include "access/policy_principals.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace caudal::access {
namespace {

using Kind = JsonValue::Kind;

bool add_principal(std::string_view text, const UserCheck& knows_user, Principals& to) {
  const std::string arn_start = fmt::format("arn:aws:iam::{}:", kAccount);
  if (text == "*") {
    to.everyone = true;
  } else if (text == kAccount || text == arn_start + "root") {
    to.account = true;
  } else {
    std::string_view name = text;
    if (text.starts_with("arn:")) {
      const std::string user_start = arn_start + "user/";
      if (!text.starts_with(user_start)) return false;
      name.remove_prefix(user_start.size());
    }
    if (name.empty() || name.find_first_of("*?:/") != std::string_view::npos) return false;
    if (knows_user && !knows_user(name)) return false;
    to.users.emplace_back(text);
  }
  return true;
}

std::span<const JsonValue> list_of(const JsonValue& value) {
  if (value.is(Kind::kArray)) return value.elements;
  return {&value, 1};
}

}  // namespace

std::expected<Principals, BadPrincipal> parse_principals(const JsonValue& value, const UserCheck& knows_user) {
  Principals principals;
  if (value.is(Kind::kString) && value.text == "*") {
    principals.everyone = true;
    return principals;
  }
  if (!value.is(Kind::kObject) || value.members.empty()) return std::unexpected(BadPrincipal{&value});
  for (const auto& [kind, names] : value.members) {
    const bool ours = kind == "AWS";
    const bool others = kind == "Service" || kind == "Federated" || kind == "CanonicalUser";
    if ((!ours && !others) || list_of(names).empty()) return std::unexpected(BadPrincipal{&names});
    for (const JsonValue& name : list_of(names)) {
      if (!name.is(Kind::kString)) return std::unexpected(BadPrincipal{&name});
      if (ours && !add_principal(name.text, knows_user, principals)) return std::unexpected(BadPrincipal{&name});
    }
  }
  return principals;
}

bool Principals::cover(const Identity& identity, bool account_is_its_users) const {
  if (everyone) return true;
  if (identity.anonymous()) return false;
  if (account && (identity.root() || account_is_its_users)) return true;
  if (identity.root()) return false;
  return std::ranges::any_of(users, [&](const std::string& user) {
    return user == identity.arn || user == identity.user_id || user == identity.user_name;
  });
}

}  // namespace caudal::access
