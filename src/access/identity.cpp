// SPDX-License-Identifier: Apache-2.0
// Names of identities.
#include "access/identity.h"

#include <fmt/format.h>

namespace caudal::access {

std::string user_arn(std::string_view name) { return fmt::format("arn:aws:iam::{}:user/{}", kAccount, name); }

Identity Identity::make_root() {
  Identity root;
  root.kind = Kind::kRoot;
  root.user_id = kAccount;
  root.arn = fmt::format("arn:aws:iam::{}:root", kAccount);
  return root;
}

Identity Identity::make_user(std::string name, std::string id) {
  Identity user;
  user.kind = Kind::kUser;
  user.arn = user_arn(name);
  user.user_name = std::move(name);
  user.user_id = std::move(id);
  return user;
}

}  // namespace caudal::access
