// SPDX-License-Identifier: Apache-2.0
// Numbers as they stand in stored items: a byte that says how long the parts are and which sign, then the exponent
// (0–2 bytes), then the coefficient (0–16 bytes), both little-endian. Zero is the byte 0.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "items/values/number.h"

namespace caudal::items {

void append_number_bytes(std::string& out, const Number& number);
// Takes a number from the beginning of `rest`; nothing when there is none in its one form.
std::optional<Number> read_number_bytes(std::string_view& rest);
// As many bytes as the number at the beginning of `bytes` has, by its first byte alone; 0 of no bytes.
size_t number_bytes_length(std::string_view bytes);

}  // namespace caudal::items
