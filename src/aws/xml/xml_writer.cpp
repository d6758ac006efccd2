// SPDX-License-Identifier: Apache-2.0
#include "aws/xml/xml_writer.h"

#include <fmt/format.h>

namespace caudal::aws {

void append_xml_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out.append("&amp;"); break;
      case '<': out.append("&lt;"); break;
      case '>': out.append("&gt;"); break;
      case '"': out.append("&quot;"); break;
      case '\n':
      case '\t': out.push_back(c); break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "&#x{:x};", static_cast<unsigned char>(c));
        } else {
          out.push_back(c);
        }
    }
  }
}

void append_xml_element(std::string& out, std::string_view name, std::string_view text) {
  out.append(1, '<').append(name).append(1, '>');
  append_xml_text(out, text);
  out.append("</").append(name).append(1, '>');
}

}  // namespace caudal::aws
