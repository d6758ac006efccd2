// SPDX-License-Identifier: Apache-2.0
// Lexing of blanks, quotes and identifiers.
#include "queries/sql_text.h"

namespace caudal::queries {
namespace {

void skip_block_comment(std::string_view& text) {
  size_t depth = 0;
  do {
    if (text.starts_with("/*")) {
      ++depth;
      text.remove_prefix(2);
    } else if (text.starts_with("*/")) {
      --depth;
      text.remove_prefix(2);
    } else {
      text.remove_prefix(1);
    }
  } while (depth > 0 && !text.empty());
}

}  // namespace

void skip_blank(std::string_view& text) {
  while (!text.empty()) {
    if (std::isspace(static_cast<unsigned char>(text.front())) != 0) {
      text.remove_prefix(1);
    } else if (text.starts_with("--")) {
      const size_t end = text.find('\n');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    } else if (text.starts_with("/*")) {
      skip_block_comment(text);
    } else {
      return;
    }
  }
}

std::string take_quoted(std::string_view& text, char mark) {
  std::string content;
  text.remove_prefix(1);
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == mark) {
      if (text.empty() || text.front() != mark) break;
      text.remove_prefix(1);
    }
    content += c;
  }
  return content;
}

std::optional<std::string> take_identifier(std::string_view& text) {
  if (text.starts_with('"')) return take_quoted(text, '"');
  if (text.empty() || !is_word(text.front()) || std::isdigit(static_cast<unsigned char>(text.front())) != 0)
    return std::nullopt;
  size_t size = 0;
  while (size < text.size() && is_word(text[size])) ++size;
  std::string word(text.substr(0, size));
  text.remove_prefix(size);
  return word;
}

}  // namespace caudal::queries
