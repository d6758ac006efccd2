// SPDX-License-Identifier: Apache-2.0
// The few conditions under which payments write. Inside room payments only.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "items/requests.h"
#include "items/store.h"

namespace caudal::payments {

// There is no item of this key; `attribute` is one of its key's.
items::ExpressionsPtr is_absent(const std::string& attribute);
// The item is there, and is what was read of it. Its version alone would not tell: other clients change items in place
// and leave the version as it is, and what they changed must not be written over.
items::AsRead as_read(items::ItemPtr read);
// Makes what was read into `wanted`, by the attributes that differ alone.
items::ExpressionsPtr change_of(const items::Item& read, items::ItemPtr wanted);

// What kept a write from being made under is_absent: as the refusal told it or, since not every endpoint tells it, as
// it is read now. Errors: changed, when nothing is there any more; of the store.
Result<items::Item> found_in_the_way(const items::Store& store, const std::string& table, items::Item key,
                                     std::optional<items::Item> told);

}  // namespace caudal::payments
