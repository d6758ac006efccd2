// SPDX-License-Identifier: Apache-2.0
#include "api/gate/permission.h"

#include "access/decide.h"
#include "api/gate/sender.h"

namespace caudal::api {

bool is_allowed(Visit& visit, const access::Identity& caller, std::string_view action, std::string_view resource) {
  const access::Circumstances sender = sender_of(visit);
  const access::Decision decision =
      access::decide({.action = action, .resource = resource, .circumstances = sender}, caller, nullptr);
  visit.record.resource = resource;
  visit.record.decision = access::to_string(decision.verdict);
  visit.record.decided_by = decision.describe();
  return decision.allowed();
}

}  // namespace caudal::api
