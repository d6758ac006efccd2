// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/values.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace caudal::delivery {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Removes a leading sign; true when it was a minus.
bool take_sign(std::string_view& text) {
  if (text.empty() || (text[0] != '-' && text[0] != '+')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  return negative;
}

// Removes and returns the digits at the beginning.
std::string_view take_digits(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

std::string_view without_leading_zeros(std::string_view digits) {
  const size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view{} : digits.substr(first);
}

// Reads "1.234.567" into `whole` as "1234567": one to three digits, then groups of exactly three. False when misplaced.
bool take_groups(std::string_view& text, std::string& whole) {
  const std::string_view first = take_digits(text);
  whole = first;
  if (text.empty() || text[0] != '.') return true;
  if (first.empty() || first.size() > 3) return false;
  while (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    const std::string_view group = take_digits(text);
    if (group.size() != 3) return false;
    whole += group;
  }
  return true;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + ('a' - 'A')) : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

// Two digits as a number, or 100.
unsigned two_digits(std::string_view text, size_t at) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return 100;
  return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
}

// ".123456" as microseconds; false when malformed or finer than a microsecond.
bool parse_fraction(std::string_view text, int64_t& micros) {
  micros = 0;
  if (text.empty()) return true;
  if (text.size() < 2 || text.size() > 7 || text[0] != '.') return false;
  for (size_t i = 1; i <= 6; ++i) {
    if (i < text.size() && !is_digit(text[i])) return false;
    micros = micros * 10 + (i < text.size() ? text[i] - '0' : 0);
  }
  return true;
}

}  // namespace

ValueStatus parse_integer_slow(std::string_view text, int64_t limit, int64_t& out) {
  const bool negative = take_sign(text);
  std::string_view digits = take_digits(text);
  if (digits.empty() || !text.empty()) return ValueStatus::kInvalid;
  digits = without_leading_zeros(digits);
  if (digits.size() > 19) return ValueStatus::kOutOfRange;
  uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
  if (value > static_cast<uint64_t>(limit) + (negative ? 1 : 0)) return ValueStatus::kOutOfRange;
  out = static_cast<int64_t>(negative ? 0 - value : value);
  return ValueStatus::kOk;
}

ValueStatus parse_decimal_slow(std::string_view text, const ColumnType& type, DecimalMark mark, Int128& out) {
  const bool negative = take_sign(text);
  std::string whole;
  if (mark == DecimalMark::kComma) {
    if (!take_groups(text, whole)) return ValueStatus::kInvalid;
  } else {
    whole = take_digits(text);
  }
  std::string_view decimals;
  if (!text.empty()) {
    if (text[0] != (mark == DecimalMark::kComma ? ',' : '.')) return ValueStatus::kInvalid;
    text.remove_prefix(1);
    decimals = take_digits(text);
    if (decimals.empty() || !text.empty()) return ValueStatus::kInvalid;
  } else if (whole.empty()) {
    return ValueStatus::kInvalid;
  }
  if (decimals.size() > type.scale) {
    if (!without_leading_zeros(decimals.substr(type.scale)).empty()) return ValueStatus::kTooManyDigits;
    decimals = decimals.substr(0, type.scale);
  }
  const std::string_view significant = without_leading_zeros(whole);
  if (significant.size() + type.scale > type.precision) return ValueStatus::kOutOfRange;
  Int128 value = 0;
  for (const char c : significant) value = value * 10 + (c - '0');
  for (const char c : decimals) value = value * 10 + (c - '0');
  for (size_t i = decimals.size(); i < type.scale; ++i) value *= 10;
  out = negative ? -value : value;
  return ValueStatus::kOk;
}

ValueStatus parse_double(std::string_view text, DecimalMark mark, double& out) {
  std::string point(text);
  for (char& c : point) {
    const bool is_mark = c == (mark == DecimalMark::kComma ? ',' : '.');
    if (!is_mark && !is_digit(c) && c != '-' && c != '+' && c != 'e' && c != 'E') return ValueStatus::kInvalid;
    if (is_mark) c = '.';
  }
  const size_t skip = point.starts_with('+') && !point.starts_with("+-") ? 1 : 0;
  const char* const end = point.data() + point.size();
  const auto [stopped, error] = std::from_chars(point.data() + skip, end, out);
  if (error == std::errc::result_out_of_range && stopped == end) return ValueStatus::kOutOfRange;
  return error == std::errc{} && stopped == end ? ValueStatus::kOk : ValueStatus::kInvalid;
}

ValueStatus parse_boolean(std::string_view text, bool& out) {
  static constexpr std::pair<std::string_view, bool> kWords[] = {
      {"true", true},
      {"false", false},
      {"1", true},
      {"0", false},
      {"sim", true},  // "não" and "NÃO" in UTF-8, then in Latin-1: fields are parsed
                      // before they are converted.
      {"n\xC3\xA3o", false},
      {"n\xC3\x83o", false},
      {"n\xE3o", false},
      {"n\xC3o", false},
      {"nao", false},
      {"s", true},
      {"n", false},
      {"t", true},
      {"f", false}};
  for (const auto& [word, value] : kWords) {
    if (equals_ignoring_case(text, word)) {
      out = value;
      return ValueStatus::kOk;
    }
  }
  return ValueStatus::kInvalid;
}

ValueStatus parse_timestamp(std::string_view text, DateOrder order, int64_t& micros) {
  if (text.size() < 16 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':') return ValueStatus::kInvalid;
  int32_t days = 0;
  const ValueStatus date = parse_date(text.substr(0, 10), order, days);
  if (date == ValueStatus::kInvalid) return date;
  const unsigned hour = two_digits(text, 11);
  const unsigned minute = two_digits(text, 14);
  unsigned second = 0;
  int64_t fraction = 0;
  if (text.size() > 16) {
    second = text[16] == ':' ? two_digits(text, 17) : 100;
    if (second == 100 || !parse_fraction(text.substr(19), fraction)) return ValueStatus::kInvalid;
  }
  if (hour == 100 || minute == 100) return ValueStatus::kInvalid;
  if (date != ValueStatus::kOk || hour > 23 || minute > 59 || second > 59) return ValueStatus::kImpossible;
  micros = ((int64_t{days} * 24 + hour) * 60 + minute) * 60 + second;
  micros = micros * 1'000'000 + fraction;
  return ValueStatus::kOk;
}

}  // namespace caudal::delivery
