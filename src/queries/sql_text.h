// SPDX-License-Identifier: Apache-2.0
// Inside `queries` only: the lexical pieces of SQL text that explain.cpp and qualified_names.cpp share.
#pragma once

#include <cctype>
#include <optional>
#include <string>
#include <string_view>

namespace caudal::queries {

inline bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

inline std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

// Takes spaces, -- comments and nesting /* comments */ off the front, as PostgreSQL's lexer has them.
void skip_blank(std::string_view& text);

// Takes a quoted text off the front, which begins with `mark`; a doubled mark stands for itself. What it says.
std::string take_quoted(std::string_view& text, char mark);

// Takes an identifier off the front, quoted or not; nullopt when there is none.
std::optional<std::string> take_identifier(std::string_view& text);

}  // namespace caudal::queries
