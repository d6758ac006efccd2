// SPDX-License-Identifier: Apache-2.0
// Keys that a WHERE gives, as stores take them. Inside room items/statements only.
#pragma once

#include "items/expressions/key_clauses.h"
#include "items/values/keys.h"

namespace caudal::items {

// The attributes of the key that are given by equality.
Item key_of_condition(const KeySchema& schema, const KeyCondition& key);
// The condition by the names of its attributes.
KeyClauses clauses_of(const KeySchema& schema, const KeyCondition& key);

}  // namespace caudal::items
