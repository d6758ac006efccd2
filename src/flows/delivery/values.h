// SPDX-License-Identifier: Apache-2.0
// One field's text to one value. Strict: no spaces around, nothing left over, nothing rounded. The usual forms are read
// here inline, because they are most of the time that a file takes; the rest in values.cpp.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/decimal.h"
#include "flows/delivery/schema.h"

namespace caudal::delivery {

enum class ValueStatus : uint8_t {
  kOk,
  kInvalid,        // not of the type's form
  kOutOfRange,     // of the form, but more than the type holds
  kTooManyDigits,  // a decimal with more digits after the mark than the contract has, not all zeros
  kImpossible,     // a date or time that no calendar has
};

static_assert(std::endian::native == std::endian::little, "dates are read eight bytes at a time");

// [+-]digits. Out of range beyond `limit` (the largest value; the smallest is -limit - 1).
ValueStatus parse_integer_slow(std::string_view text, int64_t limit, int64_t& out);
// [+-]digits[mark digits] or [+-]mark digits; with a decimal comma also 1.234.567,89 with every group in its place.
ValueStatus parse_decimal_slow(std::string_view text, const ColumnType& type, DecimalMark mark, Int128& out);
// As a decimal, or with an exponent; no thousands, no inf, no nan.
ValueStatus parse_double(std::string_view text, DecimalMark mark, double& out);
// true false 1 0 sim não nao s n t f, in upper or lower case.
ValueStatus parse_boolean(std::string_view text, bool& out);
// A date in `order`, ' ' or 'T', HH:MM[:SS[.ffffff]]; microseconds since 1970, no zone.
ValueStatus parse_timestamp(std::string_view text, DateOrder order, int64_t& micros);
// Days since 1970-01-01, or kImpossible. Years 1 to 9999.
ValueStatus days_from_civil(unsigned year, unsigned month, unsigned day, int32_t& days);

inline ValueStatus parse_integer(std::string_view text, int64_t limit, int64_t& out) {
  const size_t size = text.size();
  if (size == 0 || size > 9) return parse_integer_slow(text, limit, out);
  uint32_t value = 0;
  for (const char c : text) {
    const auto digit = static_cast<uint32_t>(static_cast<uint8_t>(c)) - '0';
    if (digit > 9) return parse_integer_slow(text, limit, out);
    value = value * 10 + digit;
  }
  out = value;
  return ValueStatus::kOk;
}

// The common decimal: what 18 digits hold, at most `scale` of them after the mark. The value may have more digits than
// the type. False: use parse_decimal_slow.
inline bool parse_decimal_fast(std::string_view text, uint8_t scale, char mark, int64_t& out) {
  static constexpr int64_t kPowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
  if (text.size() + scale > 18 || scale > 9 || text.empty()) return false;
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = *at == '-';
  at += negative;
  int64_t value = 0;
  const char* const digits = at;
  for (; at != end; ++at) {
    const auto digit = static_cast<uint32_t>(static_cast<uint8_t>(*at)) - '0';
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  if (at == digits) return false;
  size_t decimals = 0;
  if (at != end) {
    if (*at != mark) return false;
    decimals = static_cast<size_t>(end - ++at);
    if (decimals == 0 || decimals > scale) return false;
    for (; at != end; ++at) {
      const auto digit = static_cast<uint32_t>(static_cast<uint8_t>(*at)) - '0';
      if (digit > 9) return false;
      value = value * 10 + digit;
    }
  }
  value *= kPowers[scale - decimals];
  out = negative ? -value : value;
  return true;
}

inline bool is_leap(unsigned year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// Exactly YYYY-MM-DD or DD/MM/YYYY.
inline ValueStatus parse_date(std::string_view text, DateOrder order, int32_t& days) {
  if (text.size() != 10) return ValueStatus::kInvalid;
  uint64_t head;
  uint16_t tail;
  std::memcpy(&head, text.data(), 8);
  std::memcpy(&tail, text.data() + 8, 2);
  // Digits become 0-9 and separators 0; adding 0x76 or 0x7F then sets the high bit of every byte that is neither.
  const bool iso = order == DateOrder::kIso;
  const uint64_t form = iso ? 0x2D30302D30303030u : 0x30302F30302F3030u;
  const uint64_t limit = iso ? 0x7F76767F76767676u : 0x76767F76767F7676u;
  head ^= form;
  tail ^= 0x3030u;
  if (((((head + limit) | head) & 0x8080808080808080u) != 0) || ((((tail + 0x7676u) | tail) & 0x8080u) != 0)) {
    return ValueStatus::kInvalid;
  }
  const auto at = [head](unsigned i) { return static_cast<unsigned>(head >> (8 * i)) & 0xFFu; };
  const unsigned last_two = (tail & 0xFFu) * 10 + (tail >> 8);
  if (iso) {
    return days_from_civil(at(0) * 1000 + at(1) * 100 + at(2) * 10 + at(3), at(5) * 10 + at(6), last_two, days);
  }
  return days_from_civil(at(6) * 1000 + at(7) * 100 + last_two, at(3) * 10 + at(4), at(0) * 10 + at(1), days);
}

inline ValueStatus days_from_civil(unsigned year, unsigned month, unsigned day, int32_t& days) {
  static constexpr uint8_t kDays[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  static constexpr uint16_t kBefore[13] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  if (year == 0 || month == 0 || month > 12 || day == 0) return ValueStatus::kImpossible;
  const bool leap = is_leap(year);
  if (day > kDays[month] + (month == 2 && leap ? 1u : 0u)) return ValueStatus::kImpossible;
  const unsigned before = year - 1;
  const unsigned since_year_one = before * 365 + before / 4 - before / 100 + before / 400 + kBefore[month] +
                                  (leap && month > 2 ? 1u : 0u) + day - 1;
  days = static_cast<int32_t>(since_year_one) - 719162;
  return ValueStatus::kOk;
}

}  // namespace caudal::delivery
