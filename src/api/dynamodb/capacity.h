// SPDX-License-Identifier: Apache-2.0
// What requests cost, as answers tell it: only where it was asked for. Inside room api/dynamodb only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/dynamodb/call.h"
#include "aws/generated/dynamodb/common.h"
#include "items/requests.h"

namespace caudal::api::dynamodb {

using CapacityByTable = std::map<std::string, items::Capacity>;

// `asked`: ReturnConsumedCapacity.
std::optional<wire::ConsumedCapacity> consumed(Call& call, const std::optional<std::string>& asked,
                                               const std::string& table, const items::Capacity& capacity);
std::optional<std::vector<wire::ConsumedCapacity>> consumed(Call& call, const std::optional<std::string>& asked,
                                                            const CapacityByTable& capacity);

}  // namespace caudal::api::dynamodb
