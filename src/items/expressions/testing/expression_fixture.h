// SPDX-License-Identifier: Apache-2.0
// Items, names and values for tests of expressions, from typed JSON.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/testing/result_matchers.h"
#include "items/expressions/placeholders.h"
#include "items/values/typed_json.h"
#include "items/values/wire.h"

namespace caudal::items::testing {

inline Item item_of(std::string_view typed_json) { return unwrap(TypedJsonReader().read(typed_json)); }
inline Value value_of(std::string_view typed_json) {
  return *item_of(R"({"v":)" + std::string(typed_json) + "}").find("v");
}
inline std::string json_of(const Item& item) {
  std::string out;
  append_typed_json(out, item);
  return out;
}

// "{}" for values: the request has none.
inline Placeholders placeholders(std::string_view values_typed_json = "{}", Placeholders::Names names = {}) {
  const Item values = item_of(values_typed_json);
  std::optional<aws::AttributeMap> wire;
  if (!values.empty()) wire = to_wire(values);
  return unwrap(Placeholders::make(names.empty() ? std::nullopt : std::optional(std::move(names)), std::move(wire)));
}

}  // namespace caudal::items::testing
