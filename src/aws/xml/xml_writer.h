// SPDX-License-Identifier: Apache-2.0
// Appends XML to a string.
#pragma once

#include <string>
#include <string_view>

namespace caudal::aws {

inline constexpr std::string_view kXmlDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// Text between tags. What XML cannot hold (control characters) is written as a reference, as
// S3 does; clients that expect such keys ask for encoding-type=url.
void append_xml_text(std::string& out, std::string_view text);
//  name="text"
void append_xml_attribute(std::string& out, std::string_view name, std::string_view text);
// <name>text</name>
void append_xml_element(std::string& out, std::string_view name, std::string_view text);

}  // namespace caudal::aws
