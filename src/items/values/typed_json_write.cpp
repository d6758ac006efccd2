// SPDX-License-Identifier: Apache-2.0
// Writing typed JSON, of values and of stored bytes.
#include "aws/json/json_writer.h"
#include "items/values/checks.h"
#include "items/values/errors.h"
#include "items/values/item_cursor.h"
#include "items/values/typed_json.h"

namespace caudal::items {
namespace {

using aws::append_json;
using aws::append_json_blob;
using aws::append_json_name;

void append_number(std::string& out, const Number& number) {
  out.push_back('"');
  number.append_to(out);
  out.push_back('"');
}

void append_member(std::string& out, const std::string& text) { append_json(out, text); }
void append_member(std::string& out, const Number& number) { append_number(out, number); }
void append_member(std::string& out, const Binary& binary) { append_json_blob(out, binary.bytes); }

struct Writer {
  std::string& out;

  void operator()(const std::string& text) const { append_json(out, text); }
  void operator()(const Number& number) const { append_number(out, number); }
  void operator()(const Binary& binary) const { append_json_blob(out, binary.bytes); }
  void operator()(bool truth) const { append_json(out, truth); }
  void operator()(Null) const { append_json(out, true); }
  template <class T>
  void operator()(const SetOf<T>& set) const {
    out.push_back('[');
    for (const T& member : set) {
      if (&member != &set.members().front()) out.push_back(',');
      append_member(out, member);
    }
    out.push_back(']');
  }
  void operator()(const List& list) const {
    out.push_back('[');
    for (const Value& element : list) {
      if (&element != list.data()) out.push_back(',');
      append_typed_json(out, element);
    }
    out.push_back(']');
  }
  void operator()(const Map& map) const { append_typed_json(out, map); }
};

void append_type(std::string& out, Type type) { out.append("{\"").append(to_string(type)).append("\":"); }

// --- of stored bytes ---

void append_stored_value(std::string& out, ItemCursor& in, int levels_left);

void append_stored_attributes(std::string& out, ItemCursor& in, int levels_left) {
  const size_t count = in.count();
  out.push_back('{');
  for (size_t i = 0; i < count && !in.failed(); ++i) {
    if (i > 0) out.push_back(',');
    append_json_name(out, in.text());
    append_stored_value(out, in, levels_left);
  }
  out.push_back('}');
}

void append_stored_member(std::string& out, ItemCursor& body, Type type) {
  if (type == Type::kStringSet) return append_json(out, body.text());
  if (type == Type::kNumberSet) return append_number(out, body.number());
  append_json_blob(out, body.text());
}

// Of a set or a list.
void append_stored_elements(std::string& out, ItemCursor& in, Type type, int levels_left) {
  ItemCursor body(in.measured());
  const size_t count = body.count();
  out.push_back('[');
  for (size_t i = 0; i < count && !body.failed(); ++i) {
    if (i > 0) out.push_back(',');
    if (type == Type::kList) {
      append_stored_value(out, body, levels_left);
    } else {
      append_stored_member(out, body, type);
    }
  }
  out.push_back(']');
  if (body.failed() || !body.at_end()) in.fail();
}

void append_stored_value(std::string& out, ItemCursor& in, int levels_left) {
  if (levels_left == 0) in.fail();
  const uint8_t byte = in.byte();
  const Type type = byte == kTrueByte ? Type::kBoolean : static_cast<Type>(byte);
  if (type > Type::kMap) in.fail();
  if (in.failed()) return;
  append_type(out, type);
  switch (type) {
    case Type::kString: append_json(out, in.text()); break;
    case Type::kNumber: append_number(out, in.number()); break;
    case Type::kBinary: append_json_blob(out, in.text()); break;
    case Type::kBoolean: append_json(out, byte == kTrueByte); break;
    case Type::kNull: append_json(out, true); break;
    case Type::kMap: {
      ItemCursor body(in.measured());
      append_stored_attributes(out, body, levels_left - 1);
      if (body.failed() || !body.at_end()) in.fail();
      break;
    }
    default: append_stored_elements(out, in, type, levels_left - 1);
  }
  out.push_back('}');
}

}  // namespace

void append_typed_json(std::string& out, const Value& value) {
  append_type(out, value.type());
  std::visit(Writer{out}, value.data());
  out.push_back('}');
}

void append_typed_json(std::string& out, const Item& item) {
  out.push_back('{');
  for (const Attribute& attribute : item) {
    if (&attribute != item.begin()) out.push_back(',');
    append_json_name(out, attribute.name);
    append_typed_json(out, attribute.value);
  }
  out.push_back('}');
}

Result<void> append_stored_as_typed_json(std::string& out, std::string_view stored) {
  ItemCursor in(stored);
  if (in.byte() != kItemFormat) return Error{ValueErrc::corrupt, "a stored item is damaged: its format is not known"};
  append_stored_attributes(out, in, kMostLevels);
  if (!in.failed() && in.at_end()) return {};
  return Error{ValueErrc::corrupt, "a stored item is damaged: its attributes cannot be read"};
}

}  // namespace caudal::items
