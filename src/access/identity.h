// SPDX-License-Identifier: Apache-2.0
// Who asks: nobody known, a user, or root; with the policies that are attached to whom it is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/policy.h"

namespace caudal::access {

// The account of every resource and user of one Caudal, as emulators and S3-compatible servers have it.
inline constexpr std::string_view kAccount = "000000000000";

struct Identity {
  enum class Kind : uint8_t { kAnonymous, kUser, kRoot };

  Kind kind = Kind::kAnonymous;
  std::string user_name = {};  // of a user
  std::string user_id = {};    // of a user "AIDA...", of root the account, else empty
  std::string arn = {};        // empty for the anonymous
  // shared_ptr: requests under way keep the policies that they were begun with while others are attached.
  std::vector<std::shared_ptr<const Policy>> policies = {};

  bool anonymous() const { return kind == Kind::kAnonymous; }
  bool root() const { return kind == Kind::kRoot; }

  static Identity make_root();
  static Identity make_user(std::string name, std::string id);
};

// "arn:aws:iam::000000000000:user/ana".
std::string user_arn(std::string_view name);

}  // namespace caudal::access
