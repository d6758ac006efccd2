// SPDX-License-Identifier: Apache-2.0
// Rules about values that depend on where they stand: nesting and sizes, and the errors of sets. In DynamoDB's words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

// A top-level attribute is level 1, so a value nested in 31 maps or lists is the deepest (recorded against the
// service).
inline constexpr int kMostLevels = 32;
// Of an attribute's name; those of keys are shorter.
inline constexpr size_t kMostNameBytes = 65'535;
// An item of exactly so many bytes is still taken (recorded against the service).
inline constexpr size_t kMostItemBytes = 400 * 1024;

// Levels of a value: 1 of a scalar or a set.
int levels_of(const Value& value);
// An error for an item with a value that is nested too deep.
Result<void> check_levels(const Item& item);
Error too_many_levels();
// Of {"NULL":false}, which the service took for a few weeks of 2026, and then no more.
Error not_null();

// Errors in DynamoDB's words, for a name that is empty or too long.
Result<void> check_name(std::string_view name);

// What DynamoDB counts: of values, and of items with the names of their attributes.
size_t size_bytes(const Value& value);
size_t size_bytes(const Item& item);

// The sets of these members; an error when there are none, or one twice.
Result<StringSet> string_set(std::vector<std::string> members);
Result<NumberSet> number_set(std::vector<Number> members);
Result<BinarySet> binary_set(std::vector<Binary> members);

}  // namespace caudal::items
