// SPDX-License-Identifier: Apache-2.0
// AWS IAM for users, their access keys and their policies, so that these can be changed while the server runs, with the
// tools that do so in AWS: `aws iam create-access-key --user-name ana`. Roles, groups and policies of their own are
// none here: every other action is InvalidAction.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/identities.h"
#include "api/gate/query_door.h"
#include "base/clock.h"

namespace caudal::api::iam {

class IamDoor final : public QueryDoor {
 public:
  // `identities` and `clock` outlive it. `seed`: of the request ids.
  IamDoor(access::Identities& identities, const Clock& clock, uint64_t seed);

 private:
  std::optional<aws::Outcome<std::string>> perform(std::string_view action, const Call& call) override;

  access::Identities& identities_;
};

}  // namespace caudal::api::iam
