// SPDX-License-Identifier: Apache-2.0
// Short ways to write requests in tests.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/testing/result_matchers.h"
#include "items/requests.h"
#include "items/values/typed_json.h"
#include "items/values/wire.h"

namespace caudal::items {

// An item from DynamoDB's JSON: item_of(R"({"id": {"S": "a"}})").
inline Item item_of(std::string_view json) { return unwrap(TypedJsonReader().read(json)); }

// "This attribute is that value", and perhaps more about the sort key.
inline KeyClauses where(std::string attribute, Value value, KeyClauses more = {}) {
  more.insert(more.begin(), {.attribute = std::move(attribute), .condition = {.operand = std::move(value)}});
  return more;
}

struct Texts {
  std::string condition = {};
  std::string update = {};
  std::string filter = {};
  std::string projection = {};
  std::optional<Placeholders::Names> names = {};
  std::string values = {};  // DynamoDB's JSON
};

inline ExpressionsPtr expressions(const Texts& texts) {
  std::optional<aws::AttributeMap> values;
  if (!texts.values.empty()) values = to_wire(item_of(texts.values));
  const auto given = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  return std::make_shared<Expressions>(
      unwrap(parse_expressions({.update = given(texts.update),
                                .condition = given(texts.condition),
                                .filter = given(texts.filter),
                                .projection = given(texts.projection)},
                               unwrap(Placeholders::make(texts.names, std::move(values))))));
}

}  // namespace caudal::items
