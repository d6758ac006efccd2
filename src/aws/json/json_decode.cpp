// SPDX-License-Identifier: Apache-2.0
// Reading: simdjson's tree, walked along the description of the struct.
#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <bitset>
#include <cmath>

#include "aws/attribute_value.h"
#include "aws/json/json_codec.h"
#include "aws/times.h"
#include "base/encoding.h"

namespace caudal::aws {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr size_t kDeepestNesting = 128;  // DynamoDB's values nest 32 deep, each level being two of JSON's
constexpr size_t kMostMembers = 128;

// By value: what value_unsafe() refers to goes with the temporary that it is called on.
simdjson::dom::object object_of(element value) { return value.get_object().value_unsafe(); }
simdjson::dom::array array_of(element value) { return value.get_array().value_unsafe(); }

ServiceError serialization(std::string message = {}) {
  return {.code = "SerializationException", .status = 400, .message = std::move(message)};
}

std::string_view name_of(element_type type, bool value) {
  switch (type) {
    case element_type::STRING: return "STRING_VALUE";
    case element_type::BOOL: return value ? "TRUE_VALUE" : "FALSE_VALUE";
    default: return "NUMBER_VALUE";
  }
}

// A value of another type than `wanted`, Java's name of it.
ServiceError wrong_type(element value, std::string_view wanted) {
  if (value.type() == element_type::ARRAY) return serialization("Start of list found where not expected");
  if (value.type() == element_type::OBJECT) {
    return serialization("Start of structure or map found where not expected.");
  }
  bool truth = false;
  if (value.type() == element_type::BOOL) truth = value.get_bool().value_unsafe();
  return serialization(fmt::format("{} cannot be converted to {}", name_of(value.type(), truth), wanted));
}

bool is_number(element value) {
  return value.type() == element_type::INT64 || value.type() == element_type::UINT64 ||
         value.type() == element_type::DOUBLE;
}

Outcome<std::string_view> text_of(element value) {
  if (value.type() != element_type::STRING) return wrong_type(value, "String");
  return std::string_view(value.get_string().value_unsafe());
}

Outcome<std::string> blob_of(element value) {
  if (value.type() != element_type::STRING) return wrong_type(value, "Blob");
  auto bytes = from_base64(value.get_string().value_unsafe());
  if (!bytes) return serialization("Invalid Base64 in a value of binary type");
  return *std::move(bytes);
}

Outcome<int64_t> integer_of(element value, std::string_view wanted) {
  if (value.type() == element_type::INT64) return int64_t{value.get_int64().value_unsafe()};
  if (value.type() == element_type::DOUBLE) {
    const double number = value.get_double().value_unsafe();
    if (number == std::floor(number) && std::abs(number) < 9e15) return static_cast<int64_t>(number);
  }
  return wrong_type(value, wanted);
}

double number_of(element value) {
  if (value.type() == element_type::INT64) return static_cast<double>(value.get_int64().value_unsafe());
  if (value.type() == element_type::UINT64) return static_cast<double>(value.get_uint64().value_unsafe());
  return value.get_double().value_unsafe();
}

Outcome<Timestamp> instant_of(element value) {
  if (value.type() == element_type::STRING) {
    const auto instant = parse_iso_time(value.get_string().value_unsafe());
    if (instant) return *instant;
  }
  if (!is_number(value)) return wrong_type(value, "Date");
  const double seconds = number_of(value);
  if (std::abs(seconds) > 1e11) return wrong_type(value, "Date");
  return Timestamp(std::chrono::microseconds(std::llround(seconds * 1e6)));
}

// --- DynamoDB's values ---

Outcome<void> read_attribute(element value, AttributeValue& to);

Outcome<std::vector<std::string>> read_set(element value, bool binary) {
  if (value.type() != element_type::ARRAY) return serialization("Unexpected field type");
  std::vector<std::string> all;
  for (const element one : array_of(value)) {
    if (binary) {
      all.push_back(TRY(blob_of(one)));
    } else {
      all.emplace_back(TRY(text_of(one)));
    }
  }
  return all;
}

Outcome<AttributeList> read_attribute_list(element value) {
  if (value.type() != element_type::ARRAY) return serialization("Unexpected field type");
  AttributeList all;
  for (const element one : array_of(value)) TRY(read_attribute(one, all.emplace_back()));
  return all;
}

Outcome<AttributeMap> read_attribute_map(element value) {
  if (value.type() != element_type::OBJECT) return serialization("Unexpected field type");
  AttributeMap all;
  for (const auto& [key, one] : object_of(value)) {
    TRY(read_attribute(one, all.insert_or_assign(std::string(key), AttributeValue()).first->second));
  }
  return all;
}

Outcome<bool> boolean_of(element value) {
  if (value.type() != element_type::BOOL) return wrong_type(value, "Boolean");
  return bool{value.get_bool().value_unsafe()};
}

// Whether `type` is a datatype.
Outcome<bool> read_datatype(std::string_view type, element value, AttributeValue& to) {
  if (type == "S") {
    to.value = std::string(TRY(text_of(value)));
  } else if (type == "N") {
    to.value = Number{std::string(TRY(text_of(value)))};
  } else if (type == "B") {
    to.value = Binary{TRY(blob_of(value))};
  } else if (type == "BOOL") {
    to.value = TRY(boolean_of(value));
  } else if (type == "NULL") {
    to.value = Null{TRY(boolean_of(value))};
  } else if (type == "SS") {
    to.value = StringSet{TRY(read_set(value, false))};
  } else if (type == "NS") {
    to.value = NumberSet{TRY(read_set(value, false))};
  } else if (type == "BS") {
    to.value = BinarySet{TRY(read_set(value, true))};
  } else if (type == "L") {
    to.value = TRY(read_attribute_list(value));
  } else if (type == "M") {
    to.value = TRY(read_attribute_map(value));
  } else {
    return false;
  }
  return true;
}

Outcome<void> read_attribute(element value, AttributeValue& to) {
  if (value.type() != element_type::OBJECT) return serialization("Unexpected value type in payload");
  bool found = false;
  for (const auto& [type, one] : object_of(value)) {
    if (one.is_null()) continue;
    if (!TRY(read_datatype(type, one, to))) continue;
    to.several = found;
    found = true;
  }
  return {};
}

// --- the generated structs ---

class Decoder {
 public:
  explicit Decoder(Violations& violations) : violations_(violations) {}
  Outcome<void> value(element from, const Shape& shape, void* to, const Path& path);
  Outcome<void> structure(element from, const Shape& shape, void* to, const Path& path);

 private:
  Outcome<void> scalar(element from, const Shape& shape, void* to, const Path& path);
  Outcome<void> list(element from, const Shape& shape, void* to, const Path& path);
  Outcome<void> map(element from, const Shape& shape, void* to, const Path& path);
  Violations& violations_;
};

Outcome<void> Decoder::value(element from, const Shape& shape, void* to, const Path& path) {
  switch (shape.kind) {
    case Kind::kStructure: return structure(from, shape, to, path);
    case Kind::kList: return list(from, shape, to, path);
    case Kind::kMap: return map(from, shape, to, path);
    case Kind::kAttributeValue: return read_attribute(from, *static_cast<AttributeValue*>(to));
    default: return scalar(from, shape, to, path);
  }
}

Outcome<void> Decoder::scalar(element from, const Shape& shape, void* to, const Path& path) {
  switch (shape.kind) {
    case Kind::kString: {
      const std::string_view text = TRY(text_of(from));
      violations_.check_text(path, shape, text);
      *static_cast<std::string*>(to) = text;
      return {};
    }
    case Kind::kBoolean: *static_cast<bool*>(to) = TRY(boolean_of(from)); return {};
    case Kind::kInteger: {
      const int64_t number = TRY(integer_of(from, "Integer"));
      if (number != static_cast<int32_t>(number)) return wrong_type(from, "Integer");
      violations_.check_number(path, shape, number);
      *static_cast<int32_t*>(to) = static_cast<int32_t>(number);
      return {};
    }
    case Kind::kLong: {
      const int64_t number = TRY(integer_of(from, "Long"));
      violations_.check_number(path, shape, number);
      *static_cast<int64_t*>(to) = number;
      return {};
    }
    case Kind::kDouble: {
      if (!is_number(from)) return wrong_type(from, "Double");
      const double number = number_of(from);
      violations_.check_number(path, shape, number);
      *static_cast<double*>(to) = number;
      return {};
    }
    case Kind::kTimestamp: *static_cast<Timestamp*>(to) = TRY(instant_of(from)); return {};
    default: {
      std::string bytes = TRY(blob_of(from));
      violations_.check_blob(path, shape, bytes);
      *static_cast<std::string*>(to) = std::move(bytes);
      return {};
    }
  }
}

Outcome<void> Decoder::structure(element from, const Shape& shape, void* to, const Path& path) {
  if (from.type() == element_type::ARRAY) return serialization("Start of list found where not expected");
  if (from.type() != element_type::OBJECT) return serialization("Unexpected value type in payload");
  std::bitset<kMostMembers> seen;
  for (const auto& [name, one] : object_of(from)) {
    if (one.is_null()) continue;
    for (size_t i = 0; i < shape.members.size(); ++i) {
      const Member& member = shape.members[i];
      if (member.name != name) continue;
      seen.set(i);
      const Path below{.parent = &path, .name = member.name};
      TRY(value(one, *member.shape, make(to, member), below));
      break;
    }
  }
  for (size_t i = 0; i < shape.members.size(); ++i) {
    if (!shape.members[i].required || seen.test(i)) continue;
    violations_.missing({.parent = &path, .name = shape.members[i].name});
  }
  return {};
}

Outcome<void> Decoder::list(element from, const Shape& shape, void* to, const Path& path) {
  if (from.type() == element_type::OBJECT) {
    return serialization("Start of structure or map found where not expected.");
  }
  if (from.type() != element_type::ARRAY) return serialization("Unexpected field type");
  size_t index = 0;
  for (const element one : array_of(from)) {
    const Path below{.parent = &path, .index = index++};
    void* const slot = shape.list->append(to);
    if (one.is_null()) {
      violations_.missing(below);
    } else {
      TRY(value(one, *shape.element, slot, below));
    }
  }
  violations_.check_collection(path, shape, to);
  return {};
}

Outcome<void> Decoder::map(element from, const Shape& shape, void* to, const Path& path) {
  if (from.type() == element_type::ARRAY) return serialization("Start of list found where not expected");
  if (from.type() != element_type::OBJECT) return serialization("Unexpected field type");
  for (const auto& [key, one] : object_of(from)) {
    const Path below{.parent = &path, .name = key, .of_map = true};
    if (one.is_null()) {
      violations_.missing(below);
      continue;
    }
    TRY(value(one, *shape.element, shape.map->insert(to, std::string(key)), below));
  }
  violations_.check_collection(path, shape, to);
  return {};
}

}  // namespace

Outcome<void> decode_json(std::string_view body, const Shape& shape, void* target, Violations& violations) {
  simdjson::dom::parser parser;
  if (parser.allocate(body.size(), kDeepestNesting) != simdjson::SUCCESS) return serialization();
  element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return serialization();
  return Decoder(violations).structure(root, shape, target, Path());
}

}  // namespace caudal::aws
