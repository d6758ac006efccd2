// SPDX-License-Identifier: Apache-2.0
// Document paths: an attribute, or a place in its lists and maps ("a.b[3].c"). With all names resolved: no
// placeholders are left.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

// A name in a map, or an index into a list.
using PathElement = std::variant<std::string, uint32_t>;

struct Path {
  std::vector<PathElement> elements;  // at least one; the first is a name

  const std::string& attribute() const { return std::get<std::string>(elements.front()); }
  bool is_nested() const { return elements.size() > 1; }
  // As DynamoDB tells paths: "[a, [3], b]".
  std::string to_string() const;
  friend bool operator==(const Path&, const Path&) = default;
};

// The path of one attribute, whatever its name is made of.
Path path_of(std::string attribute);

// nullptr when nothing is there. Until the item is changed.
const Value* find(const Item& item, const Path& path);

// What DynamoDB refuses of several paths: that one is the beginning of another, or that one looks for a name where
// another looks for an index. The message has no "Invalid …Expression: " before it.
Result<void> check_overlap(const std::vector<Path>& paths);

}  // namespace caudal::items
