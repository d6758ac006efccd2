// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/capacity.h"

#include <algorithm>
#include <set>

#include "api/dynamodb/permissions.h"
#include "items/item_collections.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

double units(uint64_t halves) { return static_cast<double>(halves) / 2; }

bool is_local(const items::TableInfo& table, const std::string& index) {
  const auto& indexes = table.definition.indexes;
  const auto found = std::ranges::find(indexes, index, &items::IndexDefinition::name);
  return found != indexes.end() && found->is_local;
}

// Of a ConsumedCapacity or a Capacity.
template <class Told>
void tell_units(Told& told, uint64_t halves, Units of) {
  told.capacity_units = units(halves);
  if (of == Units::kRead) told.read_capacity_units = units(halves);
  if (of == Units::kWrite) told.write_capacity_units = units(halves);
}

wire::Capacity told_units(uint64_t halves, Units of) {
  wire::Capacity told;
  tell_units(told, halves, of);
  return told;
}

}  // namespace

std::optional<wire::ConsumedCapacity> consumed(Call& call, const std::optional<std::string>& asked,
                                               const std::string& table, const items::Capacity& capacity, Units of) {
  if (!asked || *asked == "NONE") return std::nullopt;
  uint64_t all = capacity.table_halves;
  for (const auto& [name, halves] : capacity.index_halves) all += halves;
  wire::ConsumedCapacity told{.table_name = table};
  tell_units(told, all, of);
  if (*asked != "INDEXES") return told;
  told.table = told_units(capacity.table_halves, of);
  if (capacity.index_halves.empty()) return told;
  // A table that was removed meanwhile is told without its indexes.
  const auto info = call.store.describe_table(table);
  if (!info) return told;
  for (const auto& [name, halves] : capacity.index_halves) {
    auto& group = is_local(*info, name) ? told.local_secondary_indexes : told.global_secondary_indexes;
    if (!group) group.emplace();
    group->emplace(name, told_units(halves, of));
  }
  return told;
}

std::optional<std::vector<wire::ConsumedCapacity>> consumed(Call& call, const std::optional<std::string>& asked,
                                                            const CapacityByTable& capacity, Units of) {
  if (!asked || *asked == "NONE") return std::nullopt;
  std::vector<wire::ConsumedCapacity> all;
  for (const auto& [table, of_table] : capacity) all.push_back(*consumed(call, asked, table, of_table, of));
  return all;
}

std::optional<wire::ItemCollectionMetrics> collection_metrics(Call& call, const std::optional<std::string>& asked,
                                                              const std::string& table, const items::Item& item) {
  if (!asked || *asked != "SIZE") return std::nullopt;
  const auto collection = call.store.item_collection(table, item);
  // A table that was removed meanwhile has none, as one without local indexes.
  if (!collection || !*collection) return std::nullopt;
  // A large one is not measured: the range is that of all that DynamoDB has, where a collection has 10 GB at most.
  const bool is_measured = (*collection)->bytes < items::kMostMeasuredBytes;
  const std::vector<double> range = {0, is_measured ? 1.0 : 10.0};
  return wire::ItemCollectionMetrics{.item_collection_key = items::to_wire(std::move((*collection)->key)),
                                     .size_estimate_range_gb = range};
}

std::optional<CollectionMetrics> collection_metrics(Call& call, const std::optional<std::string>& asked,
                                                    const std::vector<std::string>& tables,
                                                    const std::vector<items::Item>& all) {
  if (!asked || *asked != "SIZE") return std::nullopt;
  CollectionMetrics by_table;
  // Each is measured once, since that reads all of it.
  std::set<std::pair<std::string, std::string>> measured;
  for (size_t n = 0; n < all.size(); ++n) {
    const auto info = call.store.describe_table(tables[n]);
    if (!info) continue;  // removed meanwhile
    const std::vector<std::string> partition = leading_key(info->definition.key, all[n]);
    if (partition.empty() || !measured.emplace(tables[n], partition.front()).second) continue;
    auto one = collection_metrics(call, asked, tables[n], all[n]);
    if (one) by_table[tables[n]].push_back(*std::move(one));
  }
  return by_table;
}

}  // namespace caudal::api::dynamodb
