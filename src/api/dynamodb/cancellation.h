// SPDX-License-Identifier: Apache-2.0
// Transactions that were not done, with the reason of each of their writes. Inside room api/dynamodb only.
#pragma once

#include <functional>
#include <vector>

#include "api/dynamodb/call.h"
#include "aws/service_error.h"
#include "items/requests.h"

namespace caudal::api::dynamodb {

// `is_insert`: whether the write at that place was to make an item, so that its reason is that there is one.
aws::ServiceError cancelled(
    std::vector<items::ReasonOf> reasons, const std::function<bool(size_t)>& is_insert = [](size_t) { return false; });

// Of the items that a transaction reads.
inline constexpr uint64_t kMostTransactionBytes = uint64_t{4} << 20;
// What a transaction of these reads gets. An error where they were more than that, or more than their tables are
// provisioned for, or one has a key that its table does not take. `result`: as Store::get_all() answers when it is told
// so.
Outcome<std::vector<items::Got>> all_read(Call& call, const std::vector<items::Get>& gets,
                                          Result<std::vector<items::Got>> result);

}  // namespace caudal::api::dynamodb
