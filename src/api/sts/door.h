// SPDX-License-Identifier: Apache-2.0
// AWS STS for whoever asks who it is, as the AWS CLI, Terraform and Airflow do before anything else: GetCallerIdentity.
// No roles are here to be assumed and no credentials to be handed out: every other action is InvalidAction.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/identities.h"
#include "api/gate/query_door.h"
#include "base/clock.h"

namespace caudal::api::sts {

class StsDoor final : public QueryDoor {
 public:
  // `identities` and `clock` outlive it. `seed`: of the request ids.
  StsDoor(const access::Identities& identities, const Clock& clock, uint64_t seed);

 private:
  std::optional<aws::Outcome<std::string>> perform(std::string_view action, const Call& call) override;
};

}  // namespace caudal::api::sts
