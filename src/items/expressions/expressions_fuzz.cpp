// SPDX-License-Identifier: Apache-2.0
// Any text as an expression of each kind: it is refused in DynamoDB's words, or parses to a tree whose print parses to
// the same tree, and which any item can be asked about.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "items/expressions/request.h"
#include "items/values/checks.h"
#include "items/values/typed_json.h"
#include "items/values/wire.h"

namespace {

using namespace caudal::items;

Placeholders placeholders() {
  const Item values = *TypedJsonReader().read(
      R"({":a":{"S":"a"},":b":{"N":"2"},":c":{"B":"AQ=="},":d":{"L":[{"N":"1"}]},":e":{"SS":["a","b"]},":f":{"S":"SS"}})");
  return *Placeholders::make(Placeholders::Names{{"#a", "a"}, {"#b", "b.c"}}, to_wire(values));
}

Item item() {
  return *TypedJsonReader().read(
      R"({"a":{"M":{"a":{"N":"1"},"b":{"L":[{"S":"x"},{"SS":["a"]}]}}},"b":{"N":"7"},"c":{"SS":["a","c"]},"d":{"S":"aaa"},"b.c":{"B":"AQI="}})");
}

Placeholders of_printed(const Printed& printed) {
  std::optional<caudal::aws::AttributeMap> values;
  for (const auto& [name, value] : printed.values) {
    if (!values) values.emplace();
    values->emplace(name, to_wire(*value));
  }
  return *Placeholders::make(printed.names.empty() ? std::nullopt : std::optional(printed.names), std::move(values));
}

void check_message(const caudal::Error& error) {
  CHECK(error.message.starts_with("Invalid "), "errors say which expression they are of");
}

void check_condition(ExpressionKind kind, std::string_view text) {
  Placeholders given = placeholders();
  const auto condition = parse_condition(kind, text, given);
  if (!condition) return check_message(condition.error());
  (void)fulfils(item(), *condition);
  (void)key_clauses(*condition);
  const Printed printed = print(*condition);
  if (printed.text.size() > kMostExpressionBytes) return;
  Placeholders again = of_printed(printed);
  CHECK(*parse_condition(kind, printed.text, again) == *condition, "a printed condition is the same");
}

void check_update(std::string_view text) {
  Placeholders given = placeholders();
  const auto update = parse_update(text, given);
  if (!update) return check_message(update.error());
  if (const auto after = apply(*update, item())) CHECK(check_levels(*after).has_value(), "nothing nests too deep");
  (void)update->touched().of(item());
}

void check_projection(std::string_view text) {
  Placeholders given = placeholders();
  const auto projection = parse_projection(text, given);
  if (!projection) return check_message(projection.error());
  CHECK(size_bytes(projection->of(item())) <= size_bytes(item()), "a part is no larger than the whole");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_condition(ExpressionKind::kCondition, text);
  check_condition(ExpressionKind::kKeyCondition, text);
  check_update(text);
  check_projection(text);
  return 0;
}
