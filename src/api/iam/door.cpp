// SPDX-License-Identifier: Apache-2.0
#include "api/iam/door.h"

#include <algorithm>
#include <array>

#include "api/iam/turn.h"

namespace caudal::api::iam {

IamDoor::IamDoor(access::Identities& identities, const Clock& clock, uint64_t seed)
    : QueryDoor(
          identities, clock, seed,
          {.service = "iam", .version = "2010-05-08", .xml_namespace = "https://iam.amazonaws.com/doc/2010-05-08/"}),
      identities_(identities) {}

std::optional<aws::Outcome<std::string>> IamDoor::perform(std::string_view action, const Call& call) {
  for (const auto& actions : {actions_of_users(), actions_of_keys(), actions_of_policies()}) {
    const auto found = std::ranges::find(actions, action, &Action::name);
    if (found == actions.end()) continue;
    call.visit.record.operation = found->name;
    return found->handler({.action = found->name,
                           .visit = call.visit,
                           .caller = call.caller,
                           .parameters = call.parameters,
                           .identities = identities_});
  }
  return std::nullopt;
}

}  // namespace caudal::api::iam
