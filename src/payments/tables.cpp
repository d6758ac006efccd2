// SPDX-License-Identifier: Apache-2.0
// Making the tables of payments, or taking those that are there.
#include "payments/tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "payments/errors.h"

namespace caudal::payments {
namespace {

using items::IndexDefinition;
using items::ProjectionKind;
using items::TableDefinition;

IndexDefinition by_status() {
  return {.name = kByStatusIndex, .key = {.partition = {{"GSI1PK"}}, .sort = {{"GSI1SK"}}}};
}

bool has_same_key(const items::KeySchema& a, const items::KeySchema& b) { return a == b; }

// The index that a table of somebody else may lack, or have otherwise.
Result<void> ensure_index(items::Store& store, const TableDefinition& table, const IndexDefinition& wanted) {
  const auto found = std::ranges::find(table.indexes, wanted.name, &IndexDefinition::name);
  if (found == table.indexes.end()) {
    items::TableChange change{.table = table.name};
    change.new_index = wanted;
    if (table.billing == items::BillingMode::kProvisioned) change.new_index->throughput = table.throughput;
    TRY(store.change_table(change));
    return {};
  }
  const bool holds_enough = found->projection.kind == ProjectionKind::kAll || found->projection == wanted.projection;
  if (has_same_key(found->key, wanted.key) && holds_enough) return {};
  return Error{
      Errc::unusable_table,
      fmt::format("the index {} of table {} has another key, or does not project all attributes; remove it, or "
                  "name other tables in payments.tables",
                  wanted.name, table.name)};
}

Result<void> ensure_table(items::Store& store, const TableDefinition& wanted) {
  auto there = store.describe_table(wanted.name);
  if (!there && there.error().code == items::Errc::no_such_table) {
    auto made = store.create_table(wanted);
    if (made) return {};
    // Somebody else may have been quicker.
    if (made.error().code != items::Errc::table_exists) return std::move(made).error();
    there = store.describe_table(wanted.name);
  }
  const items::TableInfo info = TRY(std::move(there));
  if (!has_same_key(info.definition.key, wanted.key)) {
    return Error{
        Errc::unusable_table,
        fmt::format("table {} has another key than payments need; name other tables in payments.tables", wanted.name)};
  }
  for (const IndexDefinition& index : wanted.indexes) TRY(ensure_index(store, info.definition, index));
  return {};
}

}  // namespace

std::vector<TableDefinition> table_definitions(const TableNames& names) {
  std::vector<TableDefinition> all;
  all.push_back({.name = names.payments,
                 .key = {.partition = {{"PK"}}, .sort = {{"SK"}}},
                 .indexes = {by_status(),
                             {.name = kByTransactionIndex,
                              .key = {.partition = {{"GSI2PK"}}},
                              .projection = {.kind = ProjectionKind::kKeysOnly}}}});
  all.push_back(
      {.name = names.processed,
       .key = {.partition = {{"id"}}},
       .indexes = {{.name = kByAccountIndex, .key = {.partition = {{"AccountId"}}, .sort = {{"ScheduledDate"}}}},
                   by_status()}});
  all.push_back(
      {.name = names.journal, .key = {.partition = {{"PK"}}, .sort = {{.name = "SK", .type = items::Type::kNumber}}}});
  all.push_back(
      {.name = names.work, .key = {.partition = {{"Work"}}, .sort = {{.name = "Part", .type = items::Type::kNumber}}}});
  for (TableDefinition& table : all) table.billing = items::BillingMode::kPayPerRequest;
  return all;
}

Result<void> ensure_tables(items::Store& store, const TableNames& names) {
  for (const TableDefinition& wanted : table_definitions(names)) TRY(ensure_table(store, wanted));
  return {};
}

}  // namespace caudal::payments
