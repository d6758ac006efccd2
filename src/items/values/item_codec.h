// SPDX-License-Identifier: Apache-2.0
// Items as the bytes that are stored: compact, with a format number, one form for each item, and made so that one
// attribute can be read without the others. Not order-preserving: keys have key_bytes.h.
//
//   std::string row;  append_encoded(row, item);
//   const std::optional<Value> status = TRY(decode_attribute(row, "status"));
//   Item item = TRY(decode_item(row));
//
// The format, number 1: that byte; how many attributes; of each, in the order of their names, the name's length, the
// name, the value. A value is a byte for its type (Type; true has one of its own), then of S and B the length and the
// bytes; of N the bytes of number_bytes.h; of sets, lists and maps 4 bytes that say how many follow, the count, and the
// elements, those of a map with their names. Counts and lengths are LEB128 in as few bytes as will do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

void append_encoded(std::string& out, const Item& item);
std::string encode(const Item& item);

// Errors of reading: ValueErrc::corrupt, for anything that append_encoded could not have written from an item of at
// most kMostLevels levels. Whether texts are UTF-8 is not looked at again.
Result<Item> decode_item(std::string_view bytes);

// One attribute, without looking into the values before it, nor at the names after it.
Result<std::optional<Value>> decode_attribute(std::string_view bytes, std::string_view name);

// Goes through the attributes in the order of their names; values are decoded when asked for. The bytes must outlive
// it. Errors as above; a value is checked only when it is decoded.
//
//   EncodedItem in(row);
//   while (TRY(in.next())) if (wanted(in.name())) item.set(std::string(in.name()), TRY(in.value()));
class EncodedItem {
 public:
  explicit EncodedItem(std::string_view bytes) : rest_(bytes) {}
  // To the first attribute, then to the next; false after the last.
  Result<bool> next();
  std::string_view name() const { return name_; }
  // As it is stored.
  std::string_view value_bytes() const { return value_; }
  Result<Value> value() const;

 private:
  std::string_view rest_;
  std::string_view name_;
  std::string_view value_;
  size_t left_ = 0;
  bool begun_ = false;
};

}  // namespace caudal::items
