// SPDX-License-Identifier: Apache-2.0
// Reading typed JSON: simdjson's tree, walked with a limit on its depth.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/encoding.h"
#include "items/values/checks.h"
#include "items/values/errors.h"
#include "items/values/typed_json.h"

namespace caudal::items {

struct TypedJsonReader::Parser {
  simdjson::dom::parser dom;
};

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr size_t kDeepestJson = 2 * kMostLevels + 8;  // each level of a value is two of JSON's

Error invalid_json(std::string message) { return {ValueErrc::invalid_json, std::move(message)}; }

Result<std::string_view> text_of(element json, Type type) {
  std::string_view text;
  if (json.get_string().get(text) == simdjson::SUCCESS) return text;
  return invalid_json(fmt::format("what follows \"{}\" is no string", to_string(type)));
}

Result<simdjson::dom::array> array_of(element json, Type type) {
  simdjson::dom::array array;
  if (json.get_array().get(array) == simdjson::SUCCESS) return array;
  return invalid_json(fmt::format("what follows \"{}\" is no array", to_string(type)));
}

Result<bool> truth_of(element json, Type type) {
  bool truth = false;
  if (json.get_bool().get(truth) == simdjson::SUCCESS) return truth;
  return invalid_json(fmt::format("what follows \"{}\" is neither true nor false", to_string(type)));
}

Result<Binary> binary_of(element json, Type type) {
  auto bytes = from_base64(TRY(text_of(json, type)));
  if (!bytes) return invalid_json(fmt::format("what follows \"{}\" is not base64", to_string(type)));
  return Binary{*std::move(bytes)};
}

Result<Value> read_value(element json, int levels_left);

Result<Map> read_map(element json, int levels_left) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) return invalid_json("it is no object of attributes");
  Map map;
  map.reserve(object.size());
  for (const auto& [name, value] : object) {
    TRY(check_name(name));
    auto read = read_value(value, levels_left);
    if (!read) return std::move(read).error().with_context(fmt::format("reading attribute \"{}\"", name));
    map.set(std::string(name), *std::move(read));
  }
  return map;
}

template <class T, class Read>
Result<std::vector<T>> read_members(element json, Type type, const Read& read) {
  std::vector<T> members;
  for (const element one : TRY(array_of(json, type))) members.push_back(TRY(read(one)));
  return members;
}

Result<Value> read_set(element json, Type type) {
  if (type == Type::kStringSet) {
    const auto text = [&](element one) -> Result<std::string> { return std::string(TRY(text_of(one, type))); };
    return Value(TRY(string_set(TRY(read_members<std::string>(json, type, text)))));
  }
  if (type == Type::kNumberSet) {
    const auto number = [&](element one) -> Result<Number> { return Number::parse(TRY(text_of(one, type))); };
    return Value(TRY(number_set(TRY(read_members<Number>(json, type, number)))));
  }
  const auto binary = [&](element one) { return binary_of(one, type); };
  return Value(TRY(binary_set(TRY(read_members<Binary>(json, type, binary)))));
}

Result<Value> read_list(element json, int levels_left) {
  const simdjson::dom::array array = TRY(array_of(json, Type::kList));
  List list;
  list.reserve(array.size());
  for (const element one : array) list.push_back(TRY(read_value(one, levels_left)));
  return Value(std::move(list));
}

Result<Value> read_datatype(element json, Type type, int levels_left) {
  switch (type) {
    case Type::kString: return Value(TRY(text_of(json, type)));
    case Type::kNumber: return Value(TRY(Number::parse(TRY(text_of(json, type)))));
    case Type::kBinary: return Value(TRY(binary_of(json, type)));
    case Type::kBoolean: return Value(TRY(truth_of(json, type)));
    case Type::kNull:
      if (TRY(truth_of(json, type))) return Value();
      return not_null();
    case Type::kList: return read_list(json, levels_left);
    case Type::kMap: return Value(TRY(read_map(json, levels_left)));
    default: return read_set(json, type);
  }
}

Result<Value> read_value(element json, int levels_left) {
  if (levels_left == 0) return too_many_levels();
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    return invalid_json("a value is an object with its type, such as {\"S\":\"text\"}");
  }
  if (object.size() != 1) return invalid_json("a value has one type, such as {\"S\":\"text\"}");
  const auto field = *object.begin();
  const auto type = parse_type(field.key);
  if (!type) {
    return invalid_json(fmt::format("\"{}\" is no type: they are S, N, B, BOOL, NULL, SS, NS, BS, L and M", field.key));
  }
  return read_datatype(field.value, *type, levels_left - 1);
}

Result<element> parse(simdjson::dom::parser& parser, std::string_view json) {
  if (parser.capacity() < json.size() || parser.max_depth() != kDeepestJson) {
    if (parser.allocate(json.size(), kDeepestJson) != simdjson::SUCCESS) return invalid_json("it is too long");
  }
  element root;
  const auto error = parser.parse(json.data(), json.size()).get(root);
  if (error == simdjson::SUCCESS) return root;
  if (error == simdjson::DEPTH_ERROR) return too_many_levels();
  return invalid_json(fmt::format("it is not JSON: {}", simdjson::error_message(error)));
}

}  // namespace

TypedJsonReader::TypedJsonReader() : parser_(std::make_unique<Parser>()) {}
TypedJsonReader::~TypedJsonReader() = default;
TypedJsonReader::TypedJsonReader(TypedJsonReader&&) noexcept = default;
TypedJsonReader& TypedJsonReader::operator=(TypedJsonReader&&) noexcept = default;

Result<Item> TypedJsonReader::read(std::string_view json) {
  return read_map(TRY(parse(parser_->dom, json)), kMostLevels);
}

Result<Item> TypedJsonReader::read_export_line(std::string_view line) {
  const element root = TRY(parse(parser_->dom, line));
  element item;
  if (root["Item"].get(item) != simdjson::SUCCESS) return invalid_json("a line of an export is {\"Item\":{…}}");
  return read_map(item, kMostLevels);
}

}  // namespace caudal::items
