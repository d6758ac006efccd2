// SPDX-License-Identifier: Apache-2.0
// The character classes of RFC 9110 and 9112, as tables, for the parsers of this room.
#pragma once

#include <array>
#include <string_view>

namespace caudal::http {

using CharacterTable = std::array<bool, 256>;

constexpr CharacterTable character_table(std::string_view others, bool with_letters_and_digits) {
  CharacterTable table{};
  if (with_letters_and_digits) {
    for (int c = '0'; c <= '9'; ++c) table[c] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  }
  for (const char c : others) table[static_cast<unsigned char>(c)] = true;
  return table;
}

// tchar: names of headers and methods.
inline constexpr CharacterTable kTokenCharacters = character_table("!#$%&'*+-.^_`|~", true);

// Visible ASCII, SP, HTAB and the bytes from 0x80 on: values of headers.
constexpr CharacterTable value_table() {
  CharacterTable table{};
  for (int c = 0x20; c < 256; ++c) table[c] = c != 0x7f;
  table['\t'] = true;
  return table;
}
inline constexpr CharacterTable kValueCharacters = value_table();

// What a request target may hold: everything visible but '#', and the bytes from 0x80 on, which RFC 3986 wants
// encoded but people type all the same.
constexpr CharacterTable target_table() {
  CharacterTable table{};
  for (int c = 0x21; c < 256; ++c) table[c] = c != 0x7f && c != '#';
  return table;
}
inline constexpr CharacterTable kTargetCharacters = target_table();

// Host and port, an IPv6 address in brackets too; no user, no path.
inline constexpr CharacterTable kHostCharacters = character_table("-._~%!$&'()*+,;=:[]", true);

constexpr bool all_in(const CharacterTable& table, std::string_view text) {
  for (const char c : text) {
    if (!table[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

constexpr bool is_token(std::string_view text) { return !text.empty() && all_in(kTokenCharacters, text); }

}  // namespace caudal::http
