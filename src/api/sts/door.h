// SPDX-License-Identifier: Apache-2.0
// AWS STS for whoever asks who it is, as the AWS CLI, Terraform and Airflow do before anything else: GetCallerIdentity.
// No roles are here to be assumed and no credentials to be handed out: every other action is InvalidAction.
#pragma once

#include <string>
#include <string_view>

#include "access/identities.h"
#include "api/gate/authenticator.h"
#include "api/gate/visit.h"
#include "aws/request_ids.h"
#include "base/clock.h"

namespace caudal::api::sts {

class StsDoor final : public Door {
 public:
  // `identities` and `clock` outlive it. `seed`: of the request ids.
  StsDoor(const access::Identities& identities, const Clock& clock, uint64_t seed);

  std::string_view service() const override { return "sts"; }
  std::string make_request_id() override { return ids_.for_json(); }
  void answer(std::unique_ptr<Visit> visit) override;

 private:
  aws::Outcome<std::string> document_for(Visit& visit);

  Authenticator authenticator_;
  aws::RequestIds ids_;
};

}  // namespace caudal::api::sts
