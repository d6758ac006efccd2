// SPDX-License-Identifier: Apache-2.0
// Numbers: their one form, their text, their sums.
#include "items/values/number.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/check.h"
#include "items/values/errors.h"
#include "items/values/number_digits.h"

namespace caudal::items {
namespace {

Error invalid(const char* message) { return {ValueErrc::invalid_value, message}; }

// Digits of a coefficient, first digit first.
struct DigitText {
  explicit DigitText(UInt128 value) {
    char* to = end();
    while (value > std::numeric_limits<uint64_t>::max()) {
      constexpr uint64_t kBlock = 1'000'000'000'000'000'000;  // 18 digits
      auto block = static_cast<uint64_t>(value % kBlock);
      value /= kBlock;
      for (int i = 0; i < 18; ++i, block /= 10) *--to = static_cast<char>('0' + block % 10);
    }
    for (auto rest = static_cast<uint64_t>(value); rest != 0; rest /= 10) *--to = static_cast<char>('0' + rest % 10);
    begin = to;
  }
  char* end() { return buffer + sizeof buffer; }
  std::string_view text() { return {begin, static_cast<size_t>(end() - begin)}; }
  char buffer[40];
  char* begin;
};

}  // namespace

Number::Number(bool negative, UInt128 coefficient, int exponent)
    : low_(static_cast<uint64_t>(coefficient)),
      high_(static_cast<uint64_t>(coefficient >> 64)),
      exponent_(static_cast<int16_t>(exponent)),
      digits_(static_cast<int8_t>(count_digits(coefficient))),
      negative_(negative) {}

Number::Number(int64_t value) {
  auto size = value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  int exponent = 0;
  for (; size != 0 && size % 10 == 0; size /= 10) ++exponent;
  if (size != 0) *this = Number(value < 0, size, exponent);
}

std::optional<Number> Number::from_parts(bool negative, UInt128 coefficient, int exponent) {
  if (coefficient == 0) return negative || exponent != 0 ? std::nullopt : std::optional(Number());
  if (coefficient >= power_of_ten(kMaxDigits) || coefficient % 10 == 0) return std::nullopt;
  if (exponent < kMinMagnitude - kMaxDigits || exponent > kMaxMagnitude) return std::nullopt;
  const Number number(negative, coefficient, exponent);
  if (number.magnitude() > kMaxMagnitude || number.magnitude() < kMinMagnitude) return std::nullopt;
  return number;
}

Result<Number> Number::normalized(bool negative, UInt128 coefficient, int exponent) {
  if (coefficient == 0) return Number();
  while ((coefficient & 1) == 0 && coefficient % 10 == 0) {
    coefficient /= 10;
    ++exponent;
  }
  // "1e50 + 1" too is told as an overflow (Alternator's test_number.py, run against the service).
  if (coefficient >= power_of_ten(kMaxDigits)) return invalid(kNumberOverflow);
  const Number number(negative, coefficient, exponent);
  if (number.magnitude() > kMaxMagnitude) return invalid(kNumberOverflow);
  if (number.magnitude() < kMinMagnitude) return invalid(kNumberUnderflow);
  return number;
}

void Number::append_to(std::string& out) const {
  if (is_zero()) {
    out.push_back('0');
    return;
  }
  if (negative_) out.push_back('-');
  DigitText digits(coefficient());
  const int point = digits_ + exponent_;  // digits before the point
  if (exponent_ >= 0) {
    out.append(digits.text()).append(static_cast<size_t>(exponent_), '0');
  } else if (point > 0) {
    const auto whole = static_cast<size_t>(point);
    out.append(digits.text().substr(0, whole)).append(1, '.').append(digits.text().substr(whole));
  } else {
    out.append("0.").append(static_cast<size_t>(-point), '0').append(digits.text());
  }
}

std::string Number::to_string() const {
  std::string text;
  append_to(text);
  return text;
}

std::optional<int64_t> Number::to_int64() const {
  if (is_zero()) return 0;
  if (exponent_ < 0 || magnitude() > 18) return std::nullopt;
  const UInt128 size = coefficient() * power_of_ten(exponent_);
  const UInt128 most = static_cast<UInt128>(std::numeric_limits<int64_t>::max()) + (negative_ ? 1 : 0);
  if (size > most) return std::nullopt;
  const auto value = static_cast<uint64_t>(size);
  return static_cast<int64_t>(negative_ ? -value : value);
}

size_t Number::size_bytes() const {
  // Recorded to the byte against the service: the digits on each side of the point count in pairs, zeros at either end
  // do not, and the sign costs a byte. The developer guide's "(digits+1)/2+1" is one short for 1.5.
  if (is_zero()) return 1;
  const int point = digits_ + exponent_;
  const int before = point > 0 && point < digits_ ? point : 0;
  const int after = digits_ - before;
  return static_cast<size_t>(1 + (before + 1) / 2 + (after + 1) / 2 + (negative_ ? 1 : 0));
}

std::strong_ordering Number::compare_sizes(const Number& other) const {
  if (magnitude() != other.magnitude()) return magnitude() <=> other.magnitude();
  UInt128 mine = coefficient();
  UInt128 theirs = other.coefficient();
  if (digits_ < other.digits_) mine *= power_of_ten(other.digits_ - digits_);
  if (digits_ > other.digits_) theirs *= power_of_ten(digits_ - other.digits_);
  return mine <=> theirs;
}

std::strong_ordering Number::operator<=>(const Number& other) const {
  const int sign = is_zero() ? 0 : negative_ ? -1 : 1;
  const int other_sign = other.is_zero() ? 0 : other.negative_ ? -1 : 1;
  if (sign != other_sign) return sign <=> other_sign;
  if (sign == 0) return std::strong_ordering::equal;
  return sign > 0 ? compare_sizes(other) : other.compare_sizes(*this);
}

Number Number::negated() const {
  Number result = *this;
  result.negative_ = !negative_ && !is_zero();
  return result;
}

Result<Number> Number::plus(const Number& other) const {
  if (is_zero()) return other;
  if (other.is_zero()) return *this;
  const Number& coarse = exponent_ >= other.exponent_ ? *this : other;
  const Number& fine = exponent_ >= other.exponent_ ? other : *this;
  const int shift = coarse.exponent_ - fine.exponent_;
  // The last digit of `fine` is not zero, so when the exponents differ the sum needs all digits from the first of
  // `coarse` to there, less one at most when it is a difference.
  if (coarse.digits_ + shift > kMaxDigits + 1) return invalid(kNumberOverflow);
  UInt128 scaled = coarse.coefficient();
  if (coarse.digits_ + shift > kMaxDigits) {
    // 39 digits fit only beginning with 1, and only then can a difference have 38.
    if (scaled >= 2 * power_of_ten(coarse.digits_ - 1)) return invalid(kNumberOverflow);
    scaled *= 10;
    scaled *= power_of_ten(shift - 1);
  } else {
    scaled *= power_of_ten(shift);
  }
  const UInt128 small = fine.coefficient();
  if (coarse.negative_ == fine.negative_) return normalized(negative_, scaled + small, fine.exponent_);
  if (scaled >= small) return normalized(coarse.negative_, scaled - small, fine.exponent_);
  return normalized(fine.negative_, small - scaled, fine.exponent_);
}

Result<Number> Number::minus(const Number& other) const { return plus(other.negated()); }

}  // namespace caudal::items
