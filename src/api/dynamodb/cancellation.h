// SPDX-License-Identifier: Apache-2.0
// Transactions that were not done, with the reason of each of their writes. Inside room api/dynamodb only.
#pragma once

#include <functional>
#include <vector>

#include "aws/service_error.h"
#include "items/requests.h"

namespace caudal::api::dynamodb {

// `is_insert`: whether the write at that place was to make an item, so that its reason is that there is one.
aws::ServiceError cancelled(
    std::vector<items::ReasonOf> reasons, const std::function<bool(size_t)>& is_insert = [](size_t) { return false; });

}  // namespace caudal::api::dynamodb
