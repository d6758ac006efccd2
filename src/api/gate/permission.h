// SPDX-License-Identifier: Apache-2.0
// The decision about a request on one resource, for doors whose resources have no policies of their own.
#pragma once

#include <string_view>

#include "access/identity.h"
#include "api/gate/visit.h"

namespace caudal::api {

// Whether `caller` may do `action` ("iam:GetUser") on `resource` (its ARN), under the circumstances of the request.
// What was decided, by whom, and on what is put down in the visit's record.
bool is_allowed(Visit& visit, const access::Identity& caller, std::string_view action, std::string_view resource);

}  // namespace caudal::api
