// SPDX-License-Identifier: Apache-2.0
// DynamoDB's numbers: exact decimals of up to 38 significant digits, from 1E-130 to 9.99…E+125 and the same below zero.
// Never floating point; what does not fit is an error in DynamoDB's words, never rounded.
//
//   const Number price = TRY(Number::parse("0019.990"));   price.to_string() is "19.99"
//   const Number total = TRY(price.plus(Number(1)));
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal::items {

__extension__ using UInt128 = unsigned __int128;

// coefficient × 10^exponent, the coefficient without trailing zeros, so that one number has one form; there is no
// negative zero. 24 bytes, trivially copied.
class Number {
 public:
  static constexpr int kMaxDigits = 38;
  static constexpr int kMaxMagnitude = 125;   // of the first digit
  static constexpr int kMinMagnitude = -130;  // of the first digit

  // Zero.
  Number() = default;
  explicit Number(int64_t value);

  // An optional sign, digits with or without a point, an optional exponent. No blanks, no NaN, no infinity.
  static Result<Number> parse(std::string_view text);
  // What parts() gave; nothing for other parts, such as a coefficient with trailing zeros.
  static std::optional<Number> from_parts(bool negative, UInt128 coefficient, int exponent);

  // As DynamoDB returns numbers: plain digits, never an exponent, neither leading nor trailing zeros ("0.5", "1000").
  std::string to_string() const;
  void append_to(std::string& out) const;

  // Exact. A sum that needs more than 38 digits is told as an overflow, as DynamoDB does.
  Result<Number> plus(const Number& other) const;
  Result<Number> minus(const Number& other) const;
  Number negated() const;

  bool is_zero() const { return digits_ == 0; }
  bool is_negative() const { return negative_; }
  // Significant digits; 0 of zero.
  int digits() const { return digits_; }
  UInt128 coefficient() const { return static_cast<UInt128>(high_) << 64 | low_; }
  int exponent() const { return exponent_; }
  // The value when it is a whole number that int64_t holds.
  std::optional<int64_t> to_int64() const;

  // What the number counts for in the size of an item.
  size_t size_bytes() const;

  // Bytes that compare as the numbers do and tell their own end: 1 byte for zero, else 2 and one for each two digits.
  void append_ordered(std::string& out) const;
  // Takes such bytes from the beginning of `rest`; nothing, and `rest` in no particular state, if there are none.
  static std::optional<Number> read_ordered(std::string_view& rest);

  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const = default;

 private:
  friend struct NumberParser;
  Number(bool negative, UInt128 coefficient, int exponent);
  // The same after trailing zeros are taken off and the limits are checked; coefficient < 2 × 10^38.
  static Result<Number> normalized(bool negative, UInt128 coefficient, int exponent);
  // Of the first digit.
  int magnitude() const { return digits_ + exponent_ - 1; }
  std::strong_ordering compare_sizes(const Number& other) const;

  uint64_t low_ = 0;
  uint64_t high_ = 0;
  int16_t exponent_ = 0;
  int8_t digits_ = 0;
  bool negative_ = false;
};

}  // namespace caudal::items
