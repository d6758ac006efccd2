// SPDX-License-Identifier: Apache-2.0
// Reading: pugixml's tree, walked along the description of the struct.
#include <pugixml.hpp>

#include "aws/rest/scalars.h"
#include "aws/xml/xml_codec.h"
#include "aws/xml/xml_elements.h"
#include "base/result.h"

namespace caudal::aws {
namespace {

constexpr int kDeepestNesting = 64;

std::string_view local_name(std::string_view name) { return name.substr(name.find(':') + 1); }

std::string text_of(pugi::xml_node element) {
  std::string text;
  for (const pugi::xml_node child : element.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  return text;
}

Outcome<void> read_value(pugi::xml_node from, const Shape& shape, void* to, int depth);

Outcome<void> read_element_of_list(pugi::xml_node from, const Shape& list, void* to, int depth) {
  return read_value(from, *list.element, list.list->append(to), depth);
}

Outcome<void> read_attribute(pugi::xml_node from, const Member& member, void* structure) {
  for (const pugi::xml_attribute attribute : from.attributes()) {
    if (local_name(attribute.name()) != local_name(member.name)) continue;
    if (!read_scalar(attribute.value(), *member.shape, make(structure, member))) return malformed_xml();
    return {};
  }
  if (member.required) return malformed_xml();
  return {};
}

Outcome<void> read_member(pugi::xml_node from, const Member& member, void* structure, int depth) {
  if (member.attribute) return read_attribute(from, member, structure);
  void* slot = nullptr;
  for (const pugi::xml_node child : from.children()) {
    if (child.type() != pugi::node_element || local_name(child.name()) != member.name) continue;
    // Of a scalar or a structure the last one counts; a flattened list has an element for each of its own.
    if (slot == nullptr || !member.flattened) slot = make(structure, member);
    if (member.flattened && member.shape->kind == Kind::kList) {
      TRY(read_element_of_list(child, *member.shape, slot, depth));
    } else {
      TRY(read_value(child, *member.shape, slot, depth));
    }
  }
  if (slot == nullptr && member.required) return malformed_xml();
  return {};
}

Outcome<void> read_structure(pugi::xml_node from, const Shape& shape, void* to, int depth) {
  for (const Member& member : shape.members) {
    if (member.place == Place::kBody) TRY(read_member(from, member, to, depth));
  }
  return {};
}

Outcome<void> read_list(pugi::xml_node from, const Shape& shape, void* to, int depth) {
  for (const pugi::xml_node child : from.children()) {
    if (child.type() != pugi::node_element || local_name(child.name()) != shape.element_name) continue;
    TRY(read_element_of_list(child, shape, to, depth));
  }
  return {};
}

Outcome<void> read_value(pugi::xml_node from, const Shape& shape, void* to, int depth) {
  if (depth > kDeepestNesting) return malformed_xml();
  switch (shape.kind) {
    case Kind::kStructure: return read_structure(from, shape, to, depth + 1);
    case Kind::kList: return read_list(from, shape, to, depth + 1);
    case Kind::kMap:
    case Kind::kAttributeValue: return malformed_xml();  // S3 sends neither in a body
    default: break;
  }
  if (!read_scalar(text_of(from), shape, to)) return malformed_xml();
  return {};
}

// The root element.
Outcome<pugi::xml_node> parse(std::string_view body, pugi::xml_document& document) {
  // pugixml takes a zero byte for the end; XML has none.
  if (body.find('\0') != std::string_view::npos) return malformed_xml();
  constexpr unsigned kOptions = pugi::parse_default | pugi::parse_ws_pcdata_single | pugi::parse_doctype;
  const auto parsed = document.load_buffer(body.data(), body.size(), kOptions, pugi::encoding_utf8);
  const pugi::xml_node root = document.document_element();
  if (!parsed || !root) return malformed_xml();
  // Its entities are not expanded, and a key with their names in it would be another one.
  for (const pugi::xml_node child : document.children()) {
    if (child.type() == pugi::node_doctype) return malformed_xml();
  }
  return root;
}

// What an element of that name holds; nullptr: there is none of that name.
const Shape* shape_of_child(const Shape& shape, std::string_view name) {
  if (shape.kind == Kind::kList) return name == shape.element_name ? shape.element : nullptr;
  for (const Member& member : shape.members) {
    if (member.place != Place::kBody || member.attribute || member.name != name) continue;
    return member.flattened && member.shape->kind == Kind::kList ? member.shape->element : member.shape;
  }
  return nullptr;
}

bool knows_children(pugi::xml_node from, const Shape& shape, int depth) {
  if (depth > kDeepestNesting) return false;
  for (const pugi::xml_node child : from.children()) {
    if (child.type() != pugi::node_element) continue;
    const Shape* held = shape_of_child(shape, local_name(child.name()));
    if (held == nullptr || !knows_children(child, *held, depth + 1)) return false;
  }
  return true;
}

}  // namespace

ServiceError malformed_xml() {
  return {.code = "MalformedXML",
          .status = 400,
          .message = "The XML you provided was not well-formed or did not validate against our published schema"};
}

Outcome<void> decode_xml(std::string_view body, const Shape& shape, void* target) {
  pugi::xml_document document;
  return read_structure(TRY(parse(body, document)), shape, target, 0);
}

Outcome<void> check_elements(std::string_view body, const Shape& shape) {
  pugi::xml_document document;
  const pugi::xml_node root = TRY(parse(body, document));
  if (!knows_children(root, shape, 0)) return malformed_xml();
  return {};
}

}  // namespace caudal::aws
