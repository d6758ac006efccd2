// SPDX-License-Identifier: Apache-2.0
// The few conditions under which payments write. Inside room payments only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "items/requests.h"
#include "items/store.h"

namespace caudal::payments {

using ItemPtr = std::shared_ptr<const items::Item>;

// There is no item of this key; `attribute` is one of its key's.
items::ExpressionsPtr is_absent(const std::string& attribute);
// The item is there, and is what was read of it. Its version alone would not tell: other clients change items in place
// and leave the version as it is, and what they changed must not be written over. What they add meanwhile under a name
// of their own cannot be asked for; of an item with more than a hundred attributes the payment's own are compared, and
// as many of the others.
items::ExpressionsPtr is_as_read(ItemPtr read);
// Makes the item that was read into `wanted`, by the attributes that differ alone; under the condition above.
items::ExpressionsPtr change_of(ItemPtr read, ItemPtr wanted);

// What kept a write from being made under is_absent: as the refusal told it or, since not every endpoint tells it, as
// it is read now. Errors: changed, when nothing is there any more; of the store.
Result<items::Item> found_in_the_way(const items::Store& store, const std::string& table, items::Item key,
                                     std::optional<items::Item> told);

}  // namespace caudal::payments
