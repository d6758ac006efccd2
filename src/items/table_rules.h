// SPDX-License-Identifier: Apache-2.0
// What DynamoDB allows tables and indexes to be, in its words. Inside room items only.
#pragma once

#include "base/result.h"
#include "items/table.h"

namespace caudal::items {

inline constexpr size_t kMostLocalIndexes = 5;
inline constexpr size_t kMostGlobalIndexes = 20;
inline constexpr size_t kMostProjectedAttributes = 100;
inline constexpr size_t kMostKeyAttributes = 4;  // of either key of an index

// Errors: invalid_request, limit_exceeded.
Result<void> check_definition(const TableDefinition& definition);
// One that is to be added to a table.
Result<void> check_new_index(const TableDefinition& table, const IndexDefinition& index);
Result<void> check_tags(const Tags& tags);

}  // namespace caudal::items
