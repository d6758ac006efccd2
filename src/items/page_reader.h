// SPDX-License-Identifier: Apache-2.0
// Reads the items of a range, row by row, until the page is full. Inside room items only.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "items/requests.h"
#include "items/tables.h"
#include "kv/store.h"

namespace caudal::items {

// DynamoDB's: a page ends with the item that reaches it, before filters and projections.
inline constexpr uint64_t kLargestPageBytes = uint64_t{1} << 20;

// What is read by a thread that must not wait takes it no longer than this.
inline constexpr uint64_t kLargestPromptBytes = uint64_t{64} << 10;

// What queries and scans have in common.
struct PageRequest {
  TablePtr table;
  std::optional<size_t> index = {};  // nothing: the table itself
  kv::Range range;
  bool is_forward = true;
  std::optional<std::string> start_after = {};  // a row key
  ExpressionsPtr expressions = {};
  Select select = Select::kAllProjected;
  std::optional<uint64_t> limit = {};
  bool is_consistent = false;
  Form form = Form::kValues;
  TakeStored take = {};
  kv::Reach reach = kv::Reach::kDisk;  // kMemory: a page is small, else would_wait
};

Result<Page> read_page(const kv::Store& kv, const Families& families, const PageRequest& request);

// The row key of the item that a page ended with. An error: invalid_request, when it is no key of table and index.
Result<std::string> start_key(const Table& table, std::optional<size_t> index, const Item& key);

}  // namespace caudal::items
