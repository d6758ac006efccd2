// SPDX-License-Identifier: Apache-2.0
// The value of a row of items.rows: how large DynamoDB says the item is, then the item. So that what a page or a write
// costs is known without decoding what nobody looks at. Inside room items only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

std::string encode_row(const Item& item, size_t size_bytes);

struct StoredRow {
  size_t size_bytes = 0;
  std::string_view item;  // for decode_item and its like; as long as the row's bytes live
};
Result<StoredRow> read_row(std::string_view row);

}  // namespace caudal::items
