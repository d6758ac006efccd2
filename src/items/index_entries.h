// SPDX-License-Identifier: Apache-2.0
// What an item has in the indexes of its table. Inside room items only.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "items/tables.h"
#include "items/values/value.h"

namespace caudal::items {

struct IndexEntry {
  std::string row_key;
  Item item;  // what is projected
  int64_t size_bytes = 0;
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

// Whether entries of the index hold that attribute.
bool holds(const TableDefinition& table, const IndexDefinition& index, std::string_view attribute);

// Nothing when the item lacks an attribute of the index's key. An error when one has another type than the key's.
Result<std::optional<IndexEntry>> index_entry(const Table& table, size_t index, const Item& item,
                                              std::string_view table_key_bytes);

}  // namespace caudal::items
