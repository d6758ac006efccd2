// SPDX-License-Identifier: Apache-2.0
// Writing: the members that have a value, along the description of the struct.
#include "aws/attribute_value.h"
#include "aws/json/json_codec.h"
#include "aws/json/json_writer.h"

namespace caudal::aws {
namespace {

void separate(std::string& out, bool& first) {
  if (!first) out.push_back(',');
  first = false;
}

// --- DynamoDB's values ---

void append_attribute(std::string& out, const AttributeValue& value);

void append_set(std::string& out, const std::vector<std::string>& values, bool binary) {
  out.push_back('[');
  bool first = true;
  for (const std::string& one : values) {
    separate(out, first);
    if (binary) {
      append_json_blob(out, one);
    } else {
      append_json(out, one);
    }
  }
  out.push_back(']');
}

struct AttributeWriter {
  std::string& out;
  void operator()(std::monostate) const {}
  void operator()(const std::string& text) const { append_json_name(out, "S"), append_json(out, text); }
  void operator()(const Number& number) const { append_json_name(out, "N"), append_json(out, number.text); }
  void operator()(const Binary& binary) const { append_json_name(out, "B"), append_json_blob(out, binary.bytes); }
  void operator()(bool value) const { append_json_name(out, "BOOL"), append_json(out, value); }
  void operator()(const Null& null) const { append_json_name(out, "NULL"), append_json(out, null.value); }
  void operator()(const StringSet& set) const { append_json_name(out, "SS"), append_set(out, set.values, false); }
  void operator()(const NumberSet& set) const { append_json_name(out, "NS"), append_set(out, set.values, false); }
  void operator()(const BinarySet& set) const { append_json_name(out, "BS"), append_set(out, set.values, true); }
  void operator()(const AttributeList& list) const {
    append_json_name(out, "L");
    out.push_back('[');
    bool first = true;
    for (const AttributeValue& one : list) separate(out, first), append_attribute(out, one);
    out.push_back(']');
  }
  void operator()(const AttributeMap& map) const {
    append_json_name(out, "M");
    out.push_back('{');
    bool first = true;
    for (const auto& [key, one] : map) {
      separate(out, first);
      append_json_name(out, key);
      append_attribute(out, one);
    }
    out.push_back('}');
  }
};

void append_attribute(std::string& out, const AttributeValue& value) {
  out.push_back('{');
  std::visit(AttributeWriter{out}, value.value);
  out.push_back('}');
}

// --- the generated structs ---

void append_structure(std::string& out, const Shape& shape, const void* value) {
  out.push_back('{');
  bool first = true;
  for (const Member& member : shape.members) {
    const void* const one = get(value, member);
    if (one == nullptr) continue;
    separate(out, first);
    append_json_name(out, member.name);
    encode_json(out, *member.shape, one);
  }
  out.push_back('}');
}

void append_list(std::string& out, const Shape& shape, const void* value) {
  out.push_back('[');
  bool first = true;
  for (size_t i = 0; i < shape.list->size(value); ++i) {
    separate(out, first);
    encode_json(out, *shape.element, shape.list->at(value, i));
  }
  out.push_back(']');
}

void append_map(std::string& out, const Shape& shape, const void* value) {
  struct State {
    std::string& out;
    const Shape& element;
    bool first;
  } state{out, *shape.element, true};
  out.push_back('{');
  shape.map->each(value, &state, [](void* to, const std::string& key, const void* one) {
    State& s = *static_cast<State*>(to);
    separate(s.out, s.first);
    append_json_name(s.out, key);
    encode_json(s.out, s.element, one);
  });
  out.push_back('}');
}

}  // namespace

void encode_json(std::string& out, const Shape& shape, const void* value) {
  switch (shape.kind) {
    case Kind::kString: return append_json(out, *static_cast<const std::string*>(value));
    case Kind::kBoolean: return append_json(out, *static_cast<const bool*>(value));
    case Kind::kInteger: return append_json(out, int64_t{*static_cast<const int32_t*>(value)});
    case Kind::kLong: return append_json(out, *static_cast<const int64_t*>(value));
    case Kind::kDouble: return append_json(out, *static_cast<const double*>(value));
    case Kind::kTimestamp: return append_json(out, *static_cast<const Timestamp*>(value));
    case Kind::kBlob: return append_json_blob(out, *static_cast<const std::string*>(value));
    case Kind::kStructure: return append_structure(out, shape, value);
    case Kind::kList: return append_list(out, shape, value);
    case Kind::kMap: return append_map(out, shape, value);
    case Kind::kAttributeValue: return append_attribute(out, *static_cast<const AttributeValue*>(value));
  }
}

}  // namespace caudal::aws
