// SPDX-License-Identifier: Apache-2.0
#include "aws/xml/xml_writer.h"

#include <fmt/format.h>

#include <array>

namespace caudal::aws {

namespace {

// In an attribute, a line break or tab written as itself reads back as a space.
constexpr bool goes_as_it_is(char c, bool attribute) {
  if (c == '&' || c == '<' || c == '>' || c == '"') return false;
  return static_cast<unsigned char>(c) >= 0x20 || (!attribute && (c == '\n' || c == '\t'));
}

// By byte: lists of objects have a few hundred thousand of them to look at.
using ByteTable = std::array<bool, 256>;
constexpr ByteTable bytes_as_they_are(bool attribute) {
  ByteTable table{};
  for (size_t byte = 0; byte < table.size(); ++byte) table[byte] = goes_as_it_is(static_cast<char>(byte), attribute);
  return table;
}
constexpr ByteTable kAsTheyAreInText = bytes_as_they_are(false);
constexpr ByteTable kAsTheyAreInAttributes = bytes_as_they_are(true);

// By runs: nearly all text is one.
void append_escaped(std::string& out, std::string_view text, const ByteTable& as_they_are) {
  while (true) {
    size_t run = 0;
    while (run < text.size() && as_they_are[static_cast<unsigned char>(text[run])]) ++run;
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

void append_xml_text(std::string& out, std::string_view text) { append_escaped(out, text, kAsTheyAreInText); }

void append_xml_attribute(std::string& out, std::string_view name, std::string_view text) {
  out.append(1, ' ').append(name).append("=\"");
  append_escaped(out, text, kAsTheyAreInAttributes);
  out.push_back('"');
}

void append_xml_element(std::string& out, std::string_view name, std::string_view text) {
  out.append(1, '<').append(name).append(1, '>');
  append_xml_text(out, text);
  out.append("</").append(name).append(1, '>');
}

}  // namespace caudal::aws
