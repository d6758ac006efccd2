// SPDX-License-Identifier: Apache-2.0
// Items in JSON for people: {"id":"a","amount":12.50,"tags":{"$set":["x","y"]},"photo":{"$binary":"…base64…"}}. Numbers
// are JSON's, with all their digits; sets and binaries are marked, and so is a map that could be taken for a mark:
// {"$map":{"$set":1}}. Every item can be written, and reads back as itself.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

// On one line, or, with `indent` > 0, a line for each attribute and element with so many blanks for each level.
void append_plain_json(std::string& out, const Item& item, int indent = 0);
void append_plain_json(std::string& out, const Value& value, int indent = 0);

// As TypedJsonReader, which see.
class PlainJsonReader {
 public:
  PlainJsonReader();
  ~PlainJsonReader();
  PlainJsonReader(PlainJsonReader&&) noexcept;
  PlainJsonReader& operator=(PlainJsonReader&&) noexcept;

  Result<Item> read(std::string_view json);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace caudal::items
