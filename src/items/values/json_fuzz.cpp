// SPDX-License-Identifier: Apache-2.0
// Any text is refused or read as an item, typed or plain, that is written and read back as itself.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "items/values/checks.h"
#include "items/values/item_codec.h"
#include "items/values/plain_json.h"
#include "items/values/typed_json.h"

namespace {

using namespace caudal::items;

void check_item(const Item& item) {
  CHECK(check_levels(item).has_value(), "nothing nests too deep");
  std::string text;
  append_typed_json(text, item);
  CHECK(*TypedJsonReader().read(text) == item, "typed JSON reads back");
  text.clear();
  append_plain_json(text, item);
  CHECK(*PlainJsonReader().read(text) == item, "plain JSON reads back");
  CHECK(*decode_item(encode(item)) == item, "stored bytes read back");
  CHECK(size_bytes(item) <= text.size(), "no item is larger than its JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto item = TypedJsonReader().read(text)) check_item(*item);
  if (const auto item = PlainJsonReader().read(text)) check_item(*item);
  (void)TypedJsonReader().read_export_line(text);
  return 0;
}
