// SPDX-License-Identifier: Apache-2.0
// What an item has in the indexes of its table. Inside room items only.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "items/tables.h"
#include "items/values/value.h"

namespace caudal::items {

// An entry that holds all of its item is no copy of it.
struct IndexEntry {
  std::string row_key;
  bool is_whole = false;  // else only `part` is projected
  Item part = {};
  size_t item_bytes = 0;  // of what is projected, as DynamoDB counts it
  // As DynamoDB counts entries: with what one takes besides its attributes.
  int64_t size_bytes() const { return static_cast<int64_t>(item_bytes) + 100; }
};

// Whether entries of the index hold that attribute.
bool holds(const TableDefinition& table, const IndexDefinition& index, std::string_view attribute);

// Of `item`, of so many bytes. Nothing when the item lacks an attribute of the index's key. An error when one has
// another type than the key's.
Result<std::optional<IndexEntry>> index_entry(const Table& table, size_t index, const Item& item, size_t item_bytes,
                                              std::string_view table_key_bytes);

}  // namespace caudal::items
