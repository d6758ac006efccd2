// SPDX-License-Identifier: Apache-2.0
// Bytes as text: hexadecimal and base64 (RFC 4648, the standard alphabet with padding). Decoding is strict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caudal {

// Lower case.
std::string to_hex(std::string_view bytes);
// 16 capital digits, as ids of requests have them.
std::string to_hex_id(uint64_t number);
// The same, to the end of `text`.
void append_hex(std::string& text, std::string_view bytes);
// Nothing when `text` is not pairs of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view text);

std::string to_base64(std::string_view bytes);
// Nothing when `text` is not whole groups of four with the padding where it belongs, or when bits that stand for
// nothing are set: so one value has one text.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace caudal
