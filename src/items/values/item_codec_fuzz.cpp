// SPDX-License-Identifier: Apache-2.0
// Any bytes are refused or read as an item that is written as the same bytes, and every way to read it agrees.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "items/values/item_codec.h"
#include "items/values/typed_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal::items;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto item = decode_item(bytes);
  std::string json;
  const bool as_json = append_stored_as_typed_json(json, bytes).has_value();
  for (EncodedItem in(bytes);;) {
    const auto more = in.next();
    CHECK(more || !item, "an item that can be read can be gone through");
    if (!more || !*more) break;
    const auto value = in.value();
    CHECK(value || !item, "and each of its values can be read");
  }
  if (!item) {
    (void)decode_attribute(bytes, "a");
    return 0;
  }
  CHECK(encode(*item) == bytes, "an item has one form");
  for (const Attribute& attribute : *item) {
    const auto value = decode_attribute(bytes, attribute.name);
    CHECK(value && *value == attribute.value, "one attribute reads as it does among the others");
  }
  std::string from_values;
  append_typed_json(from_values, *item);
  CHECK(as_json && json == from_values, "JSON of bytes is JSON of values");
  return 0;
}
