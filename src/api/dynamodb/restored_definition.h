// SPDX-License-Identifier: Apache-2.0
// The table that a restore makes: what was there, with what the request overrides. Inside room api/dynamodb only.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/dynamodb/call.h"
#include "api/dynamodb/errors.h"
#include "api/dynamodb/table_description.h"

namespace caudal::api::dynamodb {

// An override leaves indexes out; it makes none.
template <class Index>
Outcome<void> keep_only(const std::optional<std::vector<Index>>& wanted, bool local, items::TableDefinition& table) {
  if (!wanted) return {};
  const auto is_wanted = [&](const std::string& name) {
    return std::ranges::any_of(*wanted, [&](const Index& one) { return one.index_name == name; });
  };
  for (const Index& one : *wanted) {
    const auto found = std::ranges::find(table.indexes, one.index_name, &items::IndexDefinition::name);
    if (found == table.indexes.end() || found->is_local != local) {
      return validation(
          fmt::format("The index {} is none of the table's; a restore can only leave indexes out", one.index_name));
    }
  }
  std::erase_if(table.indexes, [&](const auto& one) { return one.is_local == local && !is_wanted(one.name); });
  return {};
}

// What is restored is the items, the key, the indexes and what they cost; tags, protection and streams are not.
template <class Input>
Outcome<items::TableDefinition> restored_definition(const Input& in, const items::TableDefinition& was) {
  items::TableDefinition table{.name = table_name_of(in.target_table_name),
                               .key = was.key,
                               .indexes = was.indexes,
                               .billing = was.billing,
                               .throughput = was.throughput,
                               .table_class = was.table_class};
  TRY(keep_only(in.global_secondary_index_override, false, table));
  TRY(keep_only(in.local_secondary_index_override, true, table));
  if (in.billing_mode_override == "PAY_PER_REQUEST") {
    table.billing = items::BillingMode::kPayPerRequest;
    table.throughput.reset();
    for (items::IndexDefinition& index : table.indexes) index.throughput.reset();
  }
  if (in.billing_mode_override == "PROVISIONED") table.billing = items::BillingMode::kProvisioned;
  if (in.provisioned_throughput_override) table.throughput = throughput_of(*in.provisioned_throughput_override);
  for (items::IndexDefinition& index : table.indexes) {
    const bool needs_units = table.billing == items::BillingMode::kProvisioned && !index.is_local;
    if (needs_units && !index.throughput) index.throughput = table.throughput;
  }
  return table;
}

}  // namespace caudal::api::dynamodb
