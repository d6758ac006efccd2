// SPDX-License-Identifier: Apache-2.0
// Generated structs from XML and to it, as S3 does: unknown elements are ignored, missing or unreadable ones are a
// MalformedXML.
#pragma once

#include <string>
#include <string_view>

#include "aws/service_error.h"
#include "aws/shapes/shape.h"

namespace caudal::aws {

ServiceError malformed_xml();

// The root element of `body`, whatever its name, into `target`, a value of `shape`, a structure. No entities are
// expanded but XML's own five, nothing outside the text is read, and a document type is a MalformedXML.
Outcome<void> decode_xml(std::string_view body, const Shape& shape, void* target);

// Appends <root xmlns="...">...</root> with the members that have a value and stand in the body.
void encode_xml(std::string& out, std::string_view root, std::string_view xml_namespace, const Shape& shape,
                const void* value);

template <class T>
std::string to_xml(std::string_view root, std::string_view xml_namespace, const T& value) {
  std::string out;
  encode_xml(out, root, xml_namespace, shape_of<T>(), &value);
  return out;
}

}  // namespace caudal::aws
