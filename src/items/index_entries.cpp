// SPDX-License-Identifier: Apache-2.0
#include "items/index_entries.h"

#include <algorithm>

#include "items/values/checks.h"

namespace caudal::items {
namespace {

void take(Item& out, const Item& item, std::string_view name) {
  if (const Value* value = item.find(name)) out.set(std::string(name), *value);
}

Item projected(const Table& table, const IndexDefinition& index, const Item& item) {
  Item out;
  for (const KeySchema* const key : {&table.definition().key, &index.key}) {
    for (const KeyAttribute& one : key->partition) take(out, item, one.name);
    for (const KeyAttribute& one : key->sort) take(out, item, one.name);
  }
  for (const std::string& name : index.projection.attributes) take(out, item, name);
  return out;
}

}  // namespace

bool holds(const TableDefinition& table, const IndexDefinition& index, std::string_view attribute) {
  if (index.projection.kind == ProjectionKind::kAll) return true;
  if (table.key.find(attribute) != nullptr || index.key.find(attribute) != nullptr) return true;
  return std::ranges::find(index.projection.attributes, attribute) != index.projection.attributes.end();
}

Result<std::optional<IndexEntry>> index_entry(const Table& table, size_t index, const Item& item, size_t item_bytes,
                                              std::string_view table_key_bytes) {
  const IndexDefinition& definition = table.definition().indexes[index];
  const auto key = TRY(key_in_index(definition.key, definition.name, item));
  if (!key) return std::optional<IndexEntry>();
  IndexEntry entry{.row_key = row_key(table.row.indexes[index].space, *key, table_key_bytes)};
  entry.is_whole = definition.projection.kind == ProjectionKind::kAll;
  if (!entry.is_whole) entry.part = projected(table, definition, item);
  entry.item_bytes = entry.is_whole ? item_bytes : size_bytes(entry.part);
  return std::optional<IndexEntry>(std::move(entry));
}

}  // namespace caudal::items
