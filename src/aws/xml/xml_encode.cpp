// SPDX-License-Identifier: Apache-2.0
// Writing: the members that have a value, along the description of the struct.
#include "aws/rest/scalars.h"
#include "aws/xml/xml_codec.h"
#include "aws/xml/xml_writer.h"
#include "base/check.h"

namespace caudal::aws {
namespace {

struct Element {
  std::string_view name;
  std::string_view xml_namespace;
  TimeFormat time_format = TimeFormat::kDefault;
};

void append_value(std::string& out, const Element& element, const Shape& shape, const void* value);

// "<name xmlns=... attributes>"; the prefix of a namespace is the one that S3's attributes use.
void open_element(std::string& out, const Element& element, const Shape& shape, const void* value) {
  out.append(1, '<').append(element.name);
  const bool structure = shape.kind == Kind::kStructure;
  bool has_attributes = false;
  for (const Member& member : structure ? shape.members : std::span<const Member>()) has_attributes |= member.attribute;
  if (!element.xml_namespace.empty())
    append_xml_attribute(out, has_attributes ? "xmlns:xsi" : "xmlns", element.xml_namespace);
  if (has_attributes) {
    for (const Member& member : shape.members) {
      const void* const one = member.attribute ? get(value, member) : nullptr;
      if (one != nullptr) append_xml_attribute(out, member.name, scalar_text(*member.shape, one, TimeFormat::kIso));
    }
  }
  out.push_back('>');
}

void append_members(std::string& out, const Shape& shape, const void* value) {
  for (const Member& member : shape.members) {
    if (member.place != Place::kBody || member.attribute) continue;
    const void* const one = get(value, member);
    if (one == nullptr) continue;
    const Element element{member.name, member.xml_namespace, member.time_format};
    if (member.flattened && member.shape->kind == Kind::kList) {
      for (size_t i = 0; i < member.shape->list->size(one); ++i) {
        append_value(out, element, *member.shape->element, member.shape->list->at(one, i));
      }
    } else {
      append_value(out, element, *member.shape, one);
    }
  }
}

void append_value(std::string& out, const Element& element, const Shape& shape, const void* value) {
  CHECK(shape.kind != Kind::kMap && shape.kind != Kind::kAttributeValue, "S3 has neither in a body");
  open_element(out, element, shape, value);
  if (shape.kind == Kind::kStructure) {
    append_members(out, shape, value);
  } else if (shape.kind == Kind::kList) {
    for (size_t i = 0; i < shape.list->size(value); ++i) {
      append_value(out, {shape.element_name, {}, element.time_format}, *shape.element, shape.list->at(value, i));
    }
  } else if (shape.kind == Kind::kString) {
    append_xml_text(out, *static_cast<const std::string*>(value));
  } else {
    append_xml_text(out, scalar_text(shape, value, element.time_format));
  }
  out.append("</").append(element.name).append(1, '>');
}

}  // namespace

void encode_xml(std::string& out, std::string_view root, std::string_view xml_namespace, const Shape& shape,
                const void* value) {
  append_value(out, {root, xml_namespace}, shape, value);
}

}  // namespace caudal::aws
