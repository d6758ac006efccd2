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

// Transactions tell whether their units are of reading or of writing.
enum class Units : uint8_t { kAny, kRead, kWrite };

// `asked`: ReturnConsumedCapacity.
std::optional<wire::ConsumedCapacity> consumed(Call& call, const std::optional<std::string>& asked,
                                               const std::string& table, const items::Capacity& capacity,
                                               Units of = Units::kAny);
std::optional<std::vector<wire::ConsumedCapacity>> consumed(Call& call, const std::optional<std::string>& asked,
                                                            const CapacityByTable& capacity, Units of = Units::kAny);

// How large an item collection is about, in whole GB: of tables with local indexes, where it was asked for
// (ReturnItemCollectionMetrics). `item`: with the table's partition key.
std::optional<wire::ItemCollectionMetrics> collection_metrics(Call& call, const std::optional<std::string>& asked,
                                                              const std::string& table, const items::Item& item);
// Of several, by table; of a collection that several of them belong to, once.
using CollectionMetrics = aws::Map<std::vector<wire::ItemCollectionMetrics>>;
std::optional<CollectionMetrics> collection_metrics(Call& call, const std::optional<std::string>& asked,
                                                    const std::vector<std::string>& tables,
                                                    const std::vector<items::Item>& all);

}  // namespace caudal::api::dynamodb
