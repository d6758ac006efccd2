// SPDX-License-Identifier: Apache-2.0
// Reading JSON for people. By simdjson's on-demand reader, which alone hands out numbers as they are written.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/encoding.h"
#include "items/values/checks.h"
#include "items/values/errors.h"
#include "items/values/plain_json.h"
#include "items/values/plain_json_marks.h"

namespace caudal::items {

struct PlainJsonReader::Parser {
  simdjson::ondemand::parser ondemand;
};

namespace {

namespace od = simdjson::ondemand;

constexpr size_t kDeepestJson = 3 * kMostLevels + 8;  // "$map" makes a second level of a level, "$set" a third

Error invalid_json(std::string message) { return {ValueErrc::invalid_json, std::move(message)}; }
Error not_json(simdjson::error_code error) {
  return invalid_json(fmt::format("it is not JSON: {}", simdjson::error_message(error)));
}

// The value of a simdjson_result, or our error.
#define TRY_JSON(type, name, expression) \
  type name;                             \
  if (const auto caudal_json_error = (expression).get(name)) return not_json(caudal_json_error)

Result<Value> read_value(od::value json, int levels_left);

Result<Number> read_number(od::value json) {
  std::string_view token = json.raw_json_token();
  while (!token.empty() &&
         (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t'))
    token.remove_suffix(1);
  return Number::parse(token);
}

// Of one kind, as the first is.
Result<Value> read_set(od::value json) {
  TRY_JSON(od::array, array, json.get_array());
  std::vector<std::string> texts;
  std::vector<Number> numbers;
  std::vector<Binary> binaries;
  size_t count = 0;
  for (auto one : array) {
    TRY_JSON(od::value, element, one);
    Value member = TRY(read_value(element, 1));
    ++count;
    if (auto* const text = member.get_if<std::string>()) texts.push_back(std::move(*text));
    if (auto* const number = member.get_if<Number>()) numbers.push_back(*number);
    if (auto* const binary = member.get_if<Binary>()) binaries.push_back(std::move(*binary));
  }
  if (!texts.empty() && texts.size() == count) return Value(TRY(string_set(std::move(texts))));
  if (!numbers.empty() && numbers.size() == count) return Value(TRY(number_set(std::move(numbers))));
  if (!binaries.empty() && binaries.size() == count) return Value(TRY(binary_set(std::move(binaries))));
  return invalid_json("a \"$set\" holds at least one member, and strings, numbers or binaries alone");
}

Result<Value> read_binary(od::value json) {
  TRY_JSON(std::string_view, text, json.get_string());
  auto bytes = from_base64(text);
  if (!bytes) return invalid_json("what follows \"$binary\" is not base64");
  return Value(Binary{*std::move(bytes)});
}

Result<Value> read_marked(std::string_view mark, od::value json, int levels_left);

// An object: a map, or a mark with what it marks.
Result<Value> read_object(od::value json, int levels_left, bool marks) {
  TRY_JSON(od::object, object, json.get_object());
  Map map;
  std::optional<Value> marked;
  size_t count = 0;
  for (auto one : object) {
    od::field field;
    if (const auto error = std::move(one).get(field)) return not_json(error);
    TRY_JSON(std::string_view, key, field.unescaped_key());
    const std::string name(key);
    ++count;
    if (marks && is_mark(name)) {
      marked = TRY(read_marked(name, field.value(), levels_left));
      continue;
    }
    auto value = read_value(field.value(), levels_left);
    if (!value) return std::move(value).error().with_context(fmt::format("reading attribute \"{}\"", name));
    map.set(name, *std::move(value));
  }
  if (!marked) return Value(std::move(map));
  if (count == 1) return *std::move(marked);
  return invalid_json("\"$set\", \"$binary\" and \"$map\" stand alone in their object");
}

Result<Value> read_marked(std::string_view mark, od::value json, int levels_left) {
  if (mark == kSetMark) return read_set(json);
  if (mark == kBinaryMark) return read_binary(json);
  return read_object(json, levels_left, false);
}

Result<Value> read_list(od::value json, int levels_left) {
  TRY_JSON(od::array, array, json.get_array());
  List list;
  for (auto one : array) {
    TRY_JSON(od::value, element, one);
    list.push_back(TRY(read_value(element, levels_left)));
  }
  return Value(std::move(list));
}

Result<Value> read_value(od::value json, int levels_left) {
  if (levels_left == 0) return too_many_levels();
  TRY_JSON(od::json_type, type, json.type());
  switch (type) {
    case od::json_type::object: return read_object(json, levels_left - 1, true);
    case od::json_type::array: return read_list(json, levels_left - 1);
    case od::json_type::string: {
      TRY_JSON(std::string_view, text, json.get_string());
      return Value(text);
    }
    case od::json_type::number: return Value(TRY(read_number(json)));
    case od::json_type::boolean: {
      TRY_JSON(bool, truth, json.get_bool());
      return Value(truth);
    }
    case od::json_type::null: {
      TRY_JSON(bool, null, json.is_null());
      if (null) return Value();
    }
  }
  return invalid_json("it is not JSON");
}

}  // namespace

PlainJsonReader::PlainJsonReader() : parser_(std::make_unique<Parser>()) {}
PlainJsonReader::~PlainJsonReader() = default;
PlainJsonReader::PlainJsonReader(PlainJsonReader&&) noexcept = default;
PlainJsonReader& PlainJsonReader::operator=(PlainJsonReader&&) noexcept = default;

Result<Item> PlainJsonReader::read(std::string_view json) {
  const simdjson::padded_string padded(json);
  if (parser_->ondemand.allocate(json.size(), kDeepestJson) != simdjson::SUCCESS) return invalid_json("it is too long");
  TRY_JSON(od::document, document, parser_->ondemand.iterate(padded));
  TRY_JSON(od::value, root, document.get_value());
  Value value = TRY(read_value(root, kMostLevels + 1));
  const char* after = nullptr;
  if (document.current_location().get(after) == simdjson::SUCCESS) return invalid_json("more follows after the item");
  if (Map* const item = value.get_if<Map>()) return std::move(*item);
  return invalid_json("an item is an object of attributes");
}

}  // namespace caudal::items
