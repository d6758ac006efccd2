// SPDX-License-Identifier: Apache-2.0
// Reading numbers from the text forms that DynamoDB takes.
#include <fmt/format.h>

#include <cstdint>

#include "items/values/errors.h"
#include "items/values/number.h"
#include "items/values/number_digits.h"

namespace caudal::items {

// One pass over the text. Zeros are held back until a digit follows, so that those at the end never count.
struct NumberParser {
  explicit NumberParser(std::string_view text) : at(text.data()), end(text.data() + text.size()) {}

  Result<Number> parse(std::string_view text);

 private:
  bool take(char c) {
    if (at == end || *at != c) return false;
    ++at;
    return true;
  }
  // How many digits there were.
  int64_t take_digits();
  // Whether it is one.
  bool take_exponent(int64_t& exponent);

  const char* at;
  const char* end;
  UInt128 coefficient = 0;
  int64_t digits = 0;  // up to the last that is not zero
  int64_t zeros = 0;   // after it
};

int64_t NumberParser::take_digits() {
  const char* const begin = at;
  for (; at != end && *at >= '0' && *at <= '9'; ++at) {
    const auto digit = static_cast<unsigned>(*at - '0');
    if (digit == 0) {
      if (digits != 0) ++zeros;
      continue;
    }
    digits += zeros + 1;
    // Beyond 38 only the count matters.
    if (digits <= Number::kMaxDigits) {
      coefficient = zeros == 0 ? coefficient * 10 : coefficient * power_of_ten(static_cast<int>(zeros)) * 10;
      coefficient += digit;
    }
    zeros = 0;
  }
  return at - begin;
}

bool NumberParser::take_exponent(int64_t& exponent) {
  constexpr int64_t kFar = 1'000'000'000'000;  // beyond any limit, whatever the length of the text
  const bool negative = take('-');
  if (!negative) take('+');
  if (at == end) return false;
  for (; at != end && *at >= '0' && *at <= '9'; ++at) {
    if (exponent < kFar) exponent = exponent * 10 + (*at - '0');
  }
  if (negative) exponent = -exponent;
  return at == end && *(at - 1) >= '0' && *(at - 1) <= '9';
}

Result<Number> NumberParser::parse(std::string_view text) {
  const bool negative = take('-');
  if (!negative) take('+');
  int64_t taken = take_digits();
  int64_t fraction = 0;
  if (take('.')) fraction = take_digits();
  taken += fraction;
  int64_t exponent = 0;
  bool fine = taken > 0;
  if (fine && (take('e') || take('E'))) fine = take_exponent(exponent);
  if (!fine || at != end) {
    // Empty text is told without a colon (dynalite's tests, recorded against the service).
    constexpr std::string_view kMessage = "The parameter cannot be converted to a numeric value";
    return Error{ValueErrc::invalid_value,
                 text.empty() ? std::string(kMessage) : fmt::format("{}: {}", kMessage, text)};
  }
  if (digits == 0) return Number();
  exponent += zeros - fraction;
  const int64_t magnitude = digits + exponent - 1;
  if (magnitude > Number::kMaxMagnitude) return Error{ValueErrc::invalid_value, kNumberOverflow};
  if (magnitude < Number::kMinMagnitude) return Error{ValueErrc::invalid_value, kNumberUnderflow};
  if (digits > Number::kMaxDigits) {
    return Error{ValueErrc::invalid_value, "Attempting to store more than 38 significant digits in a Number"};
  }
  return Number(negative, coefficient, static_cast<int>(exponent));
}

Result<Number> Number::parse(std::string_view text) { return NumberParser(text).parse(text); }

}  // namespace caudal::items
