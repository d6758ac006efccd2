// SPDX-License-Identifier: Apache-2.0
// Answers with items, written from the bytes that are stored: values made of these only to be written down again would
// be most of what reading costs. Inside room api/dynamodb only.
#pragma once

#include <string>
#include <string_view>

#include "api/dynamodb/call.h"
#include "items/requests.h"

namespace caudal::api::dynamodb {

// `rest`: the JSON of the output without its first member, the item or items.
// {"Item":{...},"ConsumedCapacity":{...}}. Errors: InternalServerError for a damaged item.
Outcome<std::string> with_item(Call& call, std::string_view stored, const std::string& rest);
// {"Items":[...],"Count":2,...}.
Outcome<std::string> with_items(Call& call, const items::StoredItems& stored, const std::string& rest);

}  // namespace caudal::api::dynamodb
