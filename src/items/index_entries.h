// SPDX-License-Identifier: Apache-2.0
// What an item has in the indexes of its table. Inside room items only.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "items/tables.h"
#include "items/values/value.h"

namespace caudal::items {

// Refers to the item that it was made of: an entry that holds all of it is no copy.
struct IndexEntry {
  std::string row_key;
  const Item* whole = nullptr;  // nullptr: only `part` is projected
  Item part = {};
  size_t item_bytes = 0;  // of what is projected, as DynamoDB counts it
  int64_t size_bytes = 0;
  const Item& item() const { return whole != nullptr ? *whole : part; }
  friend bool operator==(const IndexEntry& a, const IndexEntry& b) {
    return a.row_key == b.row_key && a.item_bytes == b.item_bytes && a.item() == b.item();
  }
};

// Whether entries of the index hold that attribute.
bool holds(const TableDefinition& table, const IndexDefinition& index, std::string_view attribute);

// Of `item`, which must outlive the entry. Nothing when the item lacks an attribute of the index's key. An error when
// one has another type than the key's.
Result<std::optional<IndexEntry>> index_entry(const Table& table, size_t index, const Item& item,
                                              std::string_view table_key_bytes);

}  // namespace caudal::items
