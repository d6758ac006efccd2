// SPDX-License-Identifier: Apache-2.0
// Numbers as bytes that compare as they do: a byte for the sign, one for the magnitude, then two digits a byte, whose
// lowest bit says that more follow. Below zero all but the sign's byte are complemented.
#include <algorithm>

#include "items/values/number.h"
#include "items/values/number_digits.h"

namespace caudal::items {
namespace {

// Stored: never to be changed.
constexpr uint8_t kBelowZero = 0x40;
constexpr uint8_t kZero = 0x80;
constexpr uint8_t kAboveZero = 0xc0;

}  // namespace

void Number::append_ordered(std::string& out) const {
  if (is_zero()) {
    out.push_back(static_cast<char>(kZero));
    return;
  }
  const auto mask = static_cast<uint8_t>(negative_ ? 0xff : 0);
  const auto pairs = static_cast<size_t>((digits_ + 1) / 2);
  out.push_back(static_cast<char>(negative_ ? kBelowZero : kAboveZero));
  out.push_back(static_cast<char>(static_cast<uint8_t>(magnitude() - kMinMagnitude) ^ mask));
  const size_t begin = out.size();
  out.resize(begin + pairs);
  UInt128 rest = digits_ % 2 == 0 ? coefficient() : coefficient() * 10;
  for (size_t i = pairs; i > 0; --i) {
    unsigned pair = 0;
    if (rest >> 64 == 0) {
      const auto small = static_cast<uint64_t>(rest);
      pair = static_cast<unsigned>(small % 100);
      rest = small / 100;
    } else {
      pair = static_cast<unsigned>(rest % 100);
      rest /= 100;
    }
    out[begin + i - 1] = static_cast<char>((pair << 1 | (i < pairs ? 1U : 0U)) ^ mask);
  }
}

std::optional<Number> Number::read_ordered(std::string_view& rest) {
  const auto take = [&]() -> std::optional<uint8_t> {
    if (rest.empty()) return std::nullopt;
    const auto byte = static_cast<uint8_t>(rest.front());
    rest.remove_prefix(1);
    return byte;
  };
  const auto sign = take();
  if (!sign || (*sign != kBelowZero && *sign != kZero && *sign != kAboveZero)) return std::nullopt;
  if (*sign == kZero) return Number();
  const auto mask = static_cast<uint8_t>(*sign == kBelowZero ? 0xff : 0);
  const auto magnitude = take();
  if (!magnitude) return std::nullopt;
  UInt128 coefficient = 0;
  int digits = 0;
  unsigned pair = 0;
  for (bool more = true; more; digits += 2) {
    const auto byte = take();
    if (!byte || digits == kMaxDigits) return std::nullopt;
    more = ((*byte ^ mask) & 1) != 0;
    pair = static_cast<unsigned>((*byte ^ mask) >> 1);
    if (pair > 99 || (digits == 0 && pair < 10) || (!more && pair == 0)) return std::nullopt;
    coefficient = coefficient * 100 + pair;
  }
  const bool odd = pair % 10 == 0;
  if (odd) coefficient /= 10;
  const int exponent = (*magnitude ^ mask) + kMinMagnitude - (digits - (odd ? 1 : 0)) + 1;
  return Number(*sign == kBelowZero, coefficient, exponent);
}

}  // namespace caudal::items
