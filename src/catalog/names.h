// SPDX-License-Identifier: Apache-2.0
// What may be stored: names, columns, locations and partition values, held to Glue's rules. For the catalog's own use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/table.h"

namespace caudal::catalog {

// ASCII letters in lower case, the rest as it is.
std::string lower_case(std::string_view text);

// `name` in lower case: 1–255 bytes of UTF-8 without control characters or spaces at its ends. `what` ("database name")
// opens the message; Errc::invalid_name.
Result<std::string> checked_name(std::string_view what, std::string_view name);

// A partition value or a publication id: 1–255 bytes of UTF-8 without control characters, in the case it has.
Result<void> check_text(std::string_view what, std::string_view text);

// "s3://bucket/prefix/", a missing last slash added; "" stays "". Errc::invalid_table.
Result<std::string> checked_location(std::string_view location);

// Lower-cases every name in place; refuses repeats, partition keys of nested types, and a table without columns.
Result<void> check_columns(Table& table);

// check_columns, and the table's names and location, which become what is stored.
Result<void> check_table(Table& table);

// The same as check_columns for the columns of one partition.
Result<std::vector<Column>> checked_partition_columns(const std::vector<Column>& columns, const Table& table);

}  // namespace caudal::catalog
