// SPDX-License-Identifier: Apache-2.0
#include "aws/xml/xml_writer.h"

#include <fmt/format.h>

namespace caudal::aws {

namespace {

// In an attribute, a line break or tab written as itself reads back as a space.
bool goes_as_it_is(char c, bool attribute) {
  if (c == '&' || c == '<' || c == '>' || c == '"') return false;
  return static_cast<unsigned char>(c) >= 0x20 || (!attribute && (c == '\n' || c == '\t'));
}

// By runs: nearly all text is one.
void append_escaped(std::string& out, std::string_view text, bool attribute) {
  while (true) {
    size_t run = 0;
    while (run < text.size() && goes_as_it_is(text[run], attribute)) ++run;
    out.append(text.substr(0, run));
    if (run == text.size()) return;
    switch (const char c = text[run]) {
      case '&': out.append("&amp;"); break;
      case '<': out.append("&lt;"); break;
      case '>': out.append("&gt;"); break;
      case '"': out.append("&quot;"); break;
      default: fmt::format_to(std::back_inserter(out), "&#x{:x};", static_cast<unsigned char>(c));
    }
    text.remove_prefix(run + 1);
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
