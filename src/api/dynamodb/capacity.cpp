// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/capacity.h"

#include <algorithm>

namespace caudal::api::dynamodb {
namespace {

double units(uint64_t halves) { return static_cast<double>(halves) / 2; }

bool is_local(const items::TableInfo& table, const std::string& index) {
  const auto& indexes = table.definition.indexes;
  const auto found = std::ranges::find(indexes, index, &items::IndexDefinition::name);
  return found != indexes.end() && found->is_local;
}

}  // namespace

std::optional<wire::ConsumedCapacity> consumed(Call& call, const std::optional<std::string>& asked,
                                               const std::string& table, const items::Capacity& capacity) {
  if (!asked || *asked == "NONE") return std::nullopt;
  uint64_t all = capacity.table_halves;
  for (const auto& [name, halves] : capacity.index_halves) all += halves;
  wire::ConsumedCapacity told{.table_name = table, .capacity_units = units(all)};
  if (*asked != "INDEXES") return told;
  told.table = wire::Capacity{.capacity_units = units(capacity.table_halves)};
  if (capacity.index_halves.empty()) return told;
  // A table that was removed meanwhile is told without its indexes.
  const auto info = call.store.describe_table(table);
  if (!info) return told;
  for (const auto& [name, halves] : capacity.index_halves) {
    auto& group = is_local(*info, name) ? told.local_secondary_indexes : told.global_secondary_indexes;
    if (!group) group.emplace();
    group->emplace(name, wire::Capacity{.capacity_units = units(halves)});
  }
  return told;
}

std::optional<std::vector<wire::ConsumedCapacity>> consumed(Call& call, const std::optional<std::string>& asked,
                                                            const CapacityByTable& capacity) {
  if (!asked || *asked == "NONE") return std::nullopt;
  std::vector<wire::ConsumedCapacity> all;
  for (const auto& [table, of_table] : capacity) all.push_back(*consumed(call, asked, table, of_table));
  return all;
}

}  // namespace caudal::api::dynamodb
