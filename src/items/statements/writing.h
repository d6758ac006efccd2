// SPDX-License-Identifier: Apache-2.0
// INSERT, UPDATE, DELETE and EXISTS held against their table: what a store is to write, or to check.
#pragma once

#include "base/result.h"
#include "items/partiql/statement.h"
#include "items/store.h"

namespace caudal::items {

// INSERT is a put that does not hold where there is such an item; UPDATE one that does not hold where there is none.
// EXISTS is a check. Errors in DynamoDB's words: ExpressionErrc::invalid_expression, and those of keys.
Result<Write> write_of(partiql::Statement statement, const TableInfo& table);

}  // namespace caudal::items
