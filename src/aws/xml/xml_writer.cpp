// SPDX-License-Identifier: Apache-2.0
#include "aws/xml/xml_writer.h"

#include <fmt/format.h>

namespace caudal::aws {

namespace {

// In an attribute, a line break or tab written as itself reads back as a space.
void append_escaped(std::string& out, std::string_view text, bool attribute) {
  for (const char c : text) {
    switch (c) {
      case '&': out.append("&amp;"); break;
      case '<': out.append("&lt;"); break;
      case '>': out.append("&gt;"); break;
      case '"': out.append("&quot;"); break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || (!attribute && (c == '\n' || c == '\t'))) {
          out.push_back(c);
        } else {
          fmt::format_to(std::back_inserter(out), "&#x{:x};", static_cast<unsigned char>(c));
        }
    }
  }
}

}  // namespace

void append_xml_text(std::string& out, std::string_view text) { append_escaped(out, text, false); }

void append_xml_attribute(std::string& out, std::string_view name, std::string_view text) {
  out.append(1, ' ').append(name).append("=\"");
  append_escaped(out, text, true);
  out.push_back('"');
}

void append_xml_element(std::string& out, std::string_view name, std::string_view text) {
  out.append(1, '<').append(name).append(1, '>');
  append_xml_text(out, text);
  out.append("</").append(name).append(1, '>');
}

}  // namespace caudal::aws
