// SPDX-License-Identifier: Apache-2.0
// Exact decimal numbers: money and its sums. Never floating point, never silently rounded; what does not fit is an
// error.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal {

__extension__ using Int128 = __int128;

// unscaled × 10^-scale, scale from 0 to 38. "1.50" and "1.5" compare equal but print as they were made.
class Decimal {
 public:
  static constexpr uint8_t kMaxScale = 38;
  Decimal() = default;
  // `scale` <= kMaxScale.
  Decimal(Int128 unscaled, uint8_t scale);
  // "-351003527.73": an optional sign, digits, an optional point and digits. At most 38 digits.
  static Result<Decimal> parse(std::string_view text);

  Int128 unscaled() const { return unscaled_; }
  uint8_t scale() const { return scale_; }
  // With all `scale()` digits after the point: "12.50".
  std::string to_string() const;
  // The same number at another scale; nothing when digits other than zero would be lost, or it does not fit 128 bits.
  std::optional<Decimal> rescaled(uint8_t scale) const;
  // Exact, at the larger of the two scales; nothing on overflow.
  std::optional<Decimal> plus(const Decimal& other) const;
  std::optional<Decimal> minus(const Decimal& other) const;

  // By value, whatever the scales.
  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == std::strong_ordering::equal; }

 private:
  Int128 unscaled_ = 0;
  uint8_t scale_ = 0;
};

}  // namespace caudal
