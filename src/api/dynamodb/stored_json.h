// SPDX-License-Identifier: Apache-2.0
// Answers with items, written from the bytes that are stored: values made of these only to be written down again would
// be most of what reading costs. Inside room api/dynamodb only.
#pragma once

#include <string>
#include <string_view>

#include "api/dynamodb/call.h"
#include "base/result.h"
#include "items/requests.h"

namespace caudal::api::dynamodb {

// `rest`: the JSON of the output without its first member, the item or items.
// {"Item":{...},"ConsumedCapacity":{...}}. Errors: InternalServerError for a damaged item.
Outcome<std::string> with_item(Call& call, std::string_view stored, const std::string& rest);

// {"Items":[...],"Count":2,...}, item by item.
class ItemsJson {
 public:
  // For items that take so much as they are stored.
  explicit ItemsJson(size_t expected_bytes);
  // Errors: corrupt.
  Result<void> add(std::string_view stored);
  std::string finish(const std::string& rest) &&;

 private:
  std::string out_;
  bool is_empty_ = true;
};

}  // namespace caudal::api::dynamodb
