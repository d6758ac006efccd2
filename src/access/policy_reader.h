// SPDX-License-Identifier: Apache-2.0
// From a policy's text to statements; policy.h is for everybody else.
#pragma once

#include <string_view>
#include <vector>

#include "access/resource_rules.h"
#include "access/statement.h"
#include "base/result.h"

namespace caudal::access {

// `rules`: of a resource's policy; null for an identity's.
Result<std::vector<Statement>> read_statements(std::string_view text, const ResourceRules* rules);

}  // namespace caudal::access
