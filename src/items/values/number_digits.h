// SPDX-License-Identifier: Apache-2.0
// Powers of ten and counts of digits of 128-bit numbers. For the files of Number alone.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "items/values/number.h"

namespace caudal::items {

inline constexpr std::array<UInt128, Number::kMaxDigits + 1> kPowersOfTen = [] {
  std::array<UInt128, Number::kMaxDigits + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

constexpr UInt128 power_of_ten(int exponent) { return kPowersOfTen[static_cast<size_t>(exponent)]; }

// Decimal digits of `value` < 10^39; 0 of 0.
constexpr int count_digits(UInt128 value) {
  if (value == 0) return 0;
  const auto high = static_cast<uint64_t>(value >> 64);
  const int bits = high != 0 ? 128 - std::countl_zero(high) : 64 - std::countl_zero(static_cast<uint64_t>(value));
  const int least = bits * 1233 >> 12;  // 1233/4096 is a little less than log10(2)
  return least + (value >= power_of_ten(least) ? 1 : 0);
}

// Both limits are DynamoDB's words (dynalite's tests, recorded against the service).
inline constexpr const char* kNumberOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
inline constexpr const char* kNumberUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";

}  // namespace caudal::items
