// SPDX-License-Identifier: Apache-2.0
// UTF-8 validity and Latin-1. No other encoding is read; UTF-16 is recognised so that it can be refused by name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace caudal::delivery {

// Length of the well-formed UTF-8 sequence at the beginning of `bytes` (RFC 3629: no surrogates, no overlong forms,
// nothing above U+10FFFF), or 0 when there is none.
size_t utf8_sequence_size(std::string_view bytes);

bool is_ascii(std::string_view bytes);
bool is_utf8(std::string_view bytes);

// ISO-8859-1 as UTF-8, appended to `out`.
void append_latin1_as_utf8(std::string_view latin1, std::string& out);

// `bytes` with every byte that is part of no well-formed sequence replaced by U+FFFD, so that it can be shown and
// stored as text.
std::string utf8_with_replacements(std::string_view bytes);

}  // namespace caudal::delivery
