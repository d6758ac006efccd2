// SPDX-License-Identifier: Apache-2.0
// Attributes of keys are scalars: no path of a request looks inside one of them. Inside room items only.
#pragma once

#include <vector>

#include "base/result.h"
#include "items/requests.h"
#include "items/tables.h"

namespace caudal::items {

// The keys are those of the table and of its indexes. Errors in DynamoDB's words:
// ExpressionErrc::invalid_expression; so below.
Result<void> check_key_paths(const Table& table, const std::vector<const Path*>& paths);
// Of all expressions but the projection.
Result<void> check_key_paths(const Table& table, const ExpressionsPtr& expressions);
Result<void> check_projected_paths(const Table& table, const ExpressionsPtr& expressions);

}  // namespace caudal::items
