// SPDX-License-Identifier: Apache-2.0
// What of a request is not allowed by the model, in the services' own words: "1 validation error detected: Value 'ab'
// at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/shapes/shape.h"

namespace caudal::aws {

// Where in a request a value stands; a chain on the stack of whoever walks it.
struct Path {
  const Path* parent = nullptr;
  std::string_view name = {};  // of a member or the key of a map; empty for the element of a list
  size_t index = 0;            // of the element, from 0
  bool of_map = false;

  // "requestItems.Music.member.keys", "keySchema.1.member.keyType".
  std::string to_string() const;
};

class Violations {
 public:
  // The value is a scalar of this shape; its text is only made when it is not allowed.
  void check_text(const Path& path, const Shape& shape, std::string_view text);
  void check_number(const Path& path, const Shape& shape, int64_t value);
  void check_number(const Path& path, const Shape& shape, double value);
  void check_blob(const Path& path, const Shape& shape, std::string_view bytes);
  // The value is a list or map of this shape.
  void check_collection(const Path& path, const Shape& shape, const void* value);
  void missing(const Path& path);

  bool empty() const { return count_ == 0; }
  // All of them, as the services put it.
  std::string to_string() const;

 private:
  void add(const Path& path, std::string_view value, std::string_view constraint);
  size_t count_ = 0;
  std::string text_;
};

}  // namespace caudal::aws
