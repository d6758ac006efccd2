// SPDX-License-Identifier: Apache-2.0
// Decimal over 128-bit integers, every step checked for overflow.
#include "base/decimal.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace caudal {
namespace {

__extension__ using Unsigned128 = unsigned __int128;

constexpr size_t kMaxDigits = 38;

Unsigned128 magnitude(Int128 value) {
  return value < 0 ? Unsigned128{0} - static_cast<Unsigned128>(value) : static_cast<Unsigned128>(value);
}

std::string digits_of(Unsigned128 value) {
  std::string reversed;
  do {
    reversed += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

// Integer and fraction parts, each in its own scale-38 world, so that numbers of any two scales compare exactly.
struct Parts {
  Unsigned128 whole;
  Unsigned128 fraction;  // as if at scale 38
};

Unsigned128 power_of_ten(unsigned exponent) {
  Unsigned128 power = 1;
  for (unsigned i = 0; i < exponent; ++i) power *= 10;
  return power;
}

Parts split(Int128 unscaled, uint8_t scale) {
  const Unsigned128 unit = power_of_ten(scale);
  const Unsigned128 value = magnitude(unscaled);
  return {value / unit, value % unit * power_of_ten(Decimal::kMaxScale - scale)};
}

}  // namespace

Decimal::Decimal(Int128 unscaled, uint8_t scale) : unscaled_(unscaled), scale_(scale) {
  CHECK(scale <= kMaxScale, "a decimal has at most 38 digits after the point");
}

Result<Decimal> Decimal::parse(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  Int128 value = 0;
  size_t digits = 0;
  size_t significant = 0;
  size_t scale = 0;
  bool point = false;
  bool valid = !rest.empty() && rest.front() != '.' && rest.back() != '.';
  for (const char c : rest) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') valid = false;
    if (!valid) break;
    ++digits;
    scale += point ? 1 : 0;
    if (significant > 0 || c != '0') ++significant;
    if (significant > kMaxDigits || scale > kMaxScale) break;
    value = value * 10 + (c - '0');
  }
  if (!valid || digits == 0) {
    return Error{Errc::invalid_value, fmt::format("'{}' is not a decimal number; expected one such as 1234.56", text)};
  }
  if (significant > kMaxDigits || scale > kMaxScale) {
    return Error{Errc::invalid_value, fmt::format("'{}' has more than {} digits", text, kMaxDigits)};
  }
  return Decimal(negative ? -value : value, static_cast<uint8_t>(scale));
}

std::string Decimal::to_string() const {
  std::string digits = digits_of(magnitude(unscaled_));
  if (scale_ > 0) {
    if (digits.size() <= scale_) digits.insert(0, scale_ + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale_, 1, '.');
  }
  if (unscaled_ < 0) digits.insert(0, 1, '-');
  return digits;
}

std::optional<Decimal> Decimal::rescaled(uint8_t scale) const {
  CHECK(scale <= kMaxScale, "a decimal has at most 38 digits after the point");
  Int128 value = unscaled_;
  for (uint8_t at = scale_; at < scale; ++at) {
    if (__builtin_mul_overflow(value, Int128{10}, &value)) return std::nullopt;
  }
  for (uint8_t at = scale_; at > scale; --at) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  return Decimal(value, scale);
}

std::optional<Decimal> Decimal::plus(const Decimal& other) const {
  const uint8_t scale = std::max(scale_, other.scale_);
  const auto left = rescaled(scale);
  const auto right = other.rescaled(scale);
  Int128 sum = 0;
  if (!left || !right || __builtin_add_overflow(left->unscaled_, right->unscaled_, &sum)) return std::nullopt;
  return Decimal(sum, scale);
}

std::optional<Decimal> Decimal::minus(const Decimal& other) const {
  const uint8_t scale = std::max(scale_, other.scale_);
  const auto left = rescaled(scale);
  const auto right = other.rescaled(scale);
  Int128 difference = 0;
  if (!left || !right || __builtin_sub_overflow(left->unscaled_, right->unscaled_, &difference)) return std::nullopt;
  return Decimal(difference, scale);
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  const int left_sign = unscaled_ < 0 ? -1 : (unscaled_ > 0 ? 1 : 0);
  const int right_sign = other.unscaled_ < 0 ? -1 : (other.unscaled_ > 0 ? 1 : 0);
  if (left_sign != right_sign) return left_sign <=> right_sign;
  const Parts left = split(unscaled_, scale_);
  const Parts right = split(other.unscaled_, other.scale_);
  auto by_magnitude = left.whole != right.whole
                          ? (left.whole < right.whole ? std::strong_ordering::less : std::strong_ordering::greater)
                      : left.fraction == right.fraction ? std::strong_ordering::equal
                      : left.fraction < right.fraction  ? std::strong_ordering::less
                                                        : std::strong_ordering::greater;
  return left_sign < 0 ? 0 <=> by_magnitude : by_magnitude;
}

}  // namespace caudal
