// SPDX-License-Identifier: Apache-2.0
#include "items/stored_row.h"

#include "items/errors.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

constexpr size_t kSizeBytes = 4;

}  // namespace

std::string encode_row(const Item& item, size_t size_bytes) {
  // Of most attributes a type and two lengths are stored besides what DynamoDB counts.
  constexpr size_t kOfAnAttribute = 4;
  std::string row;
  row.reserve(kSizeBytes + size_bytes + kOfAnAttribute * (item.size() + 2));
  row.assign(kSizeBytes, '\0');
  for (size_t n = 0; n < kSizeBytes; ++n) row[n] = static_cast<char>(size_bytes >> (8 * n));
  append_encoded(row, item);
  return row;
}

Result<StoredRow> read_row(std::string_view row) {
  if (row.size() < kSizeBytes) return Error{Errc::corrupt, "a stored item is cut off; restore the table from a backup"};
  StoredRow read{.item = row.substr(kSizeBytes)};
  for (size_t n = 0; n < kSizeBytes; ++n)
    read.size_bytes |= static_cast<size_t>(static_cast<uint8_t>(row[n])) << (8 * n);
  return read;
}

}  // namespace caudal::items
