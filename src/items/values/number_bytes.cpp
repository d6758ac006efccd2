// SPDX-License-Identifier: Apache-2.0
// Numbers in stored items.
#include "items/values/number_bytes.h"

#include <bit>

namespace caudal::items {
namespace {

// The first byte: the lowest five bits are the coefficient's length, then two of the exponent's, then the sign.
constexpr unsigned kLengthMask = 0x1f;
constexpr unsigned kExponentShift = 5;
constexpr unsigned kNegative = 0x80;

size_t bytes_of(UInt128 value) {
  const auto high = static_cast<uint64_t>(value >> 64);
  const auto low = static_cast<uint64_t>(value);
  return static_cast<size_t>(high != 0 ? 8 + (std::bit_width(high) + 7) / 8 : (std::bit_width(low) + 7) / 8);
}

size_t exponent_bytes(int exponent) {
  if (exponent == 0) return 0;
  return exponent >= -128 && exponent <= 127 ? 1 : 2;
}

}  // namespace

void append_number_bytes(std::string& out, const Number& number) {
  const UInt128 coefficient = number.coefficient();
  const size_t length = bytes_of(coefficient);
  const size_t of_exponent = exponent_bytes(number.exponent());
  out.push_back(static_cast<char>(length | of_exponent << kExponentShift | (number.is_negative() ? kNegative : 0)));
  const auto exponent = static_cast<unsigned>(number.exponent());
  for (size_t i = 0; i < of_exponent; ++i) out.push_back(static_cast<char>(exponent >> (8 * i)));
  for (size_t i = 0; i < length; ++i) out.push_back(static_cast<char>(coefficient >> (8 * i)));
}

size_t number_bytes_length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const auto head = static_cast<unsigned char>(bytes.front());
  return 1 + (head & kLengthMask) + (head >> kExponentShift & 3);
}

std::optional<Number> read_number_bytes(std::string_view& rest) {
  const size_t all = number_bytes_length(rest);
  if (all == 0 || all > rest.size()) return std::nullopt;
  const auto head = static_cast<unsigned char>(rest.front());
  const size_t length = head & kLengthMask;
  const size_t of_exponent = head >> kExponentShift & 3;
  if (length > 16 || of_exponent > 2) return std::nullopt;
  unsigned raw = 0;
  for (size_t i = 0; i < of_exponent; ++i) raw |= static_cast<unsigned>(static_cast<uint8_t>(rest[1 + i])) << (8 * i);
  const int exponent = of_exponent == 1 ? static_cast<int8_t>(raw) : static_cast<int16_t>(raw);
  UInt128 coefficient = 0;
  for (size_t i = length; i > 0; --i) coefficient = coefficient << 8 | static_cast<uint8_t>(rest[of_exponent + i]);
  if (bytes_of(coefficient) != length || exponent_bytes(exponent) != of_exponent) return std::nullopt;
  rest.remove_prefix(all);
  return Number::from_parts((head & kNegative) != 0, coefficient, exponent);
}

}  // namespace caudal::items
