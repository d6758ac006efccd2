// SPDX-License-Identifier: Apache-2.0
// From a policy's text to statements; policy.h is for everybody else.
#pragma once

#include <string_view>
#include <vector>

#include "access/policy.h"
#include "access/statement.h"
#include "base/result.h"

namespace caudal::access {

// `rules`: of a bucket's policy; null for an identity's.
Result<std::vector<Statement>> read_statements(std::string_view text, const BucketRules* rules);

}  // namespace caudal::access
