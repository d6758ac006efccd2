// SPDX-License-Identifier: Apache-2.0
// Any two texts as keys: their bytes compare as they do, and read back; any bytes are refused or are a key.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "items/values/key_bytes.h"
#include "items/values/keys.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal::items;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const KeySchema schema{.partition = {{"p", Type::kString}}, .sort = {{"n", Type::kNumber}, {"b", Type::kBinary}}};
  if (const auto key = decode_key(schema, bytes)) {
    std::string again;
    for (const char* name : {"p", "n", "b"}) append_key_part(again, *key->find(name));
    CHECK(again == bytes, "a key has one form");
  }
  const Value left{bytes.substr(0, size / 2)};
  const Value right{bytes.substr(size / 2)};
  std::string left_bytes;
  std::string right_bytes;
  append_key_part(left_bytes, left);
  append_key_part(right_bytes, right);
  CHECK((left_bytes <=> right_bytes) == *compare(left, right), "bytes compare as values do");
  std::string_view rest = left_bytes;
  CHECK(read_key_part(rest, Type::kString) == left && rest.empty(), "a part reads back");
  const KeyRange range =
      range_of({.partition = {left}, .sort = SortCondition{.op = SortOperator::kBeginsWith, .operand = right}});
  std::string longer = left_bytes;
  append_key_part(longer, Value(std::string(*bytes_of(right)) + "x"));
  CHECK(range.contains(longer), "a range holds what begins so");
  CHECK(!range.contains(left_bytes) || right_bytes.size() == 2, "and nothing shorter");
  return 0;
}
