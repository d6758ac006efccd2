// SPDX-License-Identifier: Apache-2.0
// A small JSON document (RFC 8259) as a tree whose every value knows where it stood, so that mistakes in a policy are
// told with their place, which simdjson does not keep. For documents that people write: at most some ten KiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace caudal::access {

struct JsonValue {
  enum class Kind : uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };
  using Member = std::pair<std::string, JsonValue>;

  Kind kind = Kind::kNull;
  std::string text = {};                 // of a string, unescaped; of a number or boolean, as written
  std::vector<JsonValue> elements = {};  // of an array
  std::vector<Member> members = {};      // of an object, in order; repeats are kept
  size_t offset = 0;                     // of its first byte

  bool is(Kind wanted) const { return kind == wanted; }
  // The first member of that name, or null.
  const JsonValue* find(std::string_view name) const;
};

// Strict, and at most 16 levels deep. Errors: malformed_policy; the message says what was expected, the context where.
Result<JsonValue> parse_json(std::string_view text);

// "line 3, column 14" of `offset` in `text`; columns count bytes.
std::string describe_place(std::string_view text, size_t offset);

}  // namespace caudal::access
