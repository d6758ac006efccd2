// SPDX-License-Identifier: Apache-2.0
// What an endpoint is asked instead of comparing an item with what was read of it. Inside room items/remote only.
#pragma once

#include "items/expressions/condition.h"
#include "items/requests.h"

namespace caudal::items::remote {

// Of a write with `as_read`: its attributes are what they were, and those that are watched and were missing are still
// missing. What others add meanwhile under names of their own cannot be asked for; of an item with more than a hundred
// attributes those that are watched are compared, and as many of the others. Refers to the item of `write.as_read`.
Condition still_as_read(const Write& write);

}  // namespace caudal::items::remote
