// SPDX-License-Identifier: Apache-2.0
// Items in DynamoDB's own JSON, every value with its type: {"id":{"S":"a"},"n":{"N":"1"}}. What goes over the wire, and
// what exports and imports are made of.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

void append_typed_json(std::string& out, const Value& value);
void append_typed_json(std::string& out, const Item& item);
// Of an item as it is stored (item_codec.h), without making values of it: half the time of decoding and writing. An
// error, and `out` with half an item: ValueErrc::corrupt.
Result<void> append_stored_as_typed_json(std::string& out, std::string_view stored);

// Reads one item after another, and keeps its memory between them. Errors: ValueErrc::invalid_json for what is not an
// item in this form, ValueErrc::invalid_value, in DynamoDB's words, for values that it does not take; both with the
// name of the attribute as context. Not thread-safe.
class TypedJsonReader {
 public:
  TypedJsonReader();
  ~TypedJsonReader();
  TypedJsonReader(TypedJsonReader&&) noexcept;
  TypedJsonReader& operator=(TypedJsonReader&&) noexcept;

  Result<Item> read(std::string_view json);
  // A line of an export: {"Item":{…}}.
  Result<Item> read_export_line(std::string_view line);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace caudal::items
