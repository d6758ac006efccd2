// SPDX-License-Identifier: Apache-2.0
// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF): told apart and repaired. How
// wide it shows on a terminal is the app's business.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace caudal {

// Bytes of the well-formed sequence at the beginning of `text`: 1–4, and 0 when there is none or `text` is empty.
size_t utf8_sequence_bytes(std::string_view text);

bool is_utf8(std::string_view text);

// `text` with U+FFFD in place of each byte that belongs to no well-formed sequence.
std::string to_valid_utf8(std::string_view text);

// The longest beginning of well-formed `text` that has at most `size_bytes` and cuts no character.
std::string_view utf8_prefix(std::string_view text, size_t size_bytes);

}  // namespace caudal
