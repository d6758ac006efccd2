// SPDX-License-Identifier: Apache-2.0
// Numbers against vectors recorded from the service, and against an arithmetic of decimal digits written out, which
// shares nothing with the room's.
#include "items/values/number.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/testing/result_matchers.h"
#include "items/values/testing/random_values.h"

namespace caudal::items {
namespace {

Number number(std::string_view text) { return unwrap(Number::parse(text)); }

std::string error_of(const Result<Number>& result) {
  return result ? "no error: " + result->to_string() : result.error().message;
}
std::string error_of(std::string_view text) { return error_of(Number::parse(text)); }

constexpr const char* kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr const char* kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";

TEST(NumberText, IsWhatDynamoDbReturns) {
  const std::pair<const char*, std::string> kCases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"0e1000", "0"},
      {"0.000", "0"},
      {"3", "3"},
      {"+3", "3"},
      {"00042", "42"},
      {"0042.1200", "42.12"},
      {"1.0", "1"},
      {"3.1400", "3.14"},
      {".123", "0.123"},
      {"1.", "1"},
      {"-17.4E3", "-17400"},
      {"1.5E2", "150"},
      {"1e+5", "100000"},
      {"1E125", "1" + std::string(125, '0')},
      {"1e-130", "0." + std::string(129, '0') + "1"},
      {"9.9999999999999999999999999999999999999E+125", std::string(38, '9') + std::string(88, '0')},
      {"-31415926535897932384626433832795028841e-20", "-314159265358979323.84626433832795028841"},
      {"100000000000000000000000000000000000000000000000000", "1" + std::string(50, '0')},
      {"0.00000000000000000000000000000000000000000000000012", "0." + std::string(48, '0') + "12"},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(number(text).to_string(), expected) << text;
}

TEST(NumberText, ThatIsNoNumberIsToldAsDynamoDbTellsIt) {
  EXPECT_EQ(error_of(""), "The parameter cannot be converted to a numeric value");
  for (const char* text : {"abc", "NaN", "Infinity", "-Infinity", "-dog", " 1", "1 ", "1e", "1e+", "1e-+5", "e5", ".",
                           "-", "+-1", "1..2", "0x10", "1_000", "1,5", "１"}) {
    EXPECT_EQ(error_of(text), std::string("The parameter cannot be converted to a numeric value: ") + text);
  }
}

TEST(NumberText, BeyondTheLimitsIsToldAsDynamoDbTellsIt) {
  EXPECT_EQ(error_of("123456789012345678901234567890123456789"),
            "Attempting to store more than 38 significant digits in a Number");
  EXPECT_EQ(error_of("-1.23456789012345678901234567890123456789"),
            "Attempting to store more than 38 significant digits in a Number");
  for (const char* text : {"1e126", "-1e126", "11e125", "1e100000000", "1e99999999999999999999"})
    EXPECT_EQ(error_of(text), kOverflow) << text;
  for (const char* text : {"1e-131", "-1e-131", "0.9e-130", "1e-99999999999999999999"})
    EXPECT_EQ(error_of(text), kUnderflow) << text;
  // Zeros at either end are no digits, however many.
  EXPECT_EQ(number("00" + std::string(38, '7') + "." + std::string(1'000, '0')).digits(), 38);
  EXPECT_EQ(error_of("1" + std::string(1'000'000, '0')), kOverflow);
}

// To the byte, from measurements of the service at the limit of 400 KB.
TEST(NumberSize, IsWhatTheServiceCounts) {
  const std::pair<const char*, size_t> kMeasured[] = {
      {"0", 1},       {"-0", 1},
      {"1", 2},       {"12", 2},
      {"123", 3},     {"1234", 3},
      {"0042", 2},    {"100", 2},
      {"1010", 3},    {"0.0000001", 2},
      {"1E125", 2},   {"1E-100", 2},
      {"1.5", 3},     {"15", 2},
      {"1.200", 3},   {"1.234", 4},
      {"3.14159", 5}, {"123456", 4},
      {"100.5", 4},   {"0.15", 2},
      {"-42", 3},     {"12345678901234567890123456789012345678", 20},
  };
  for (const auto& [text, bytes] : kMeasured) EXPECT_EQ(number(text).size_bytes(), bytes) << text;
}

TEST(NumberSum, IsExact) {
  EXPECT_EQ(number("0.1").plus(number("0.2"))->to_string(), "0.3");
  EXPECT_EQ(number("1").plus(number("10000000000000000000000"))->to_string(), "10000000000000000000001");
  EXPECT_EQ(number("10000000000000000000000").minus(number("1"))->to_string(), "9999999999999999999999");
  EXPECT_EQ(number("5").minus(number("5"))->to_string(), "0");
  EXPECT_EQ(number("-5").plus(number("7"))->to_string(), "2");
  EXPECT_EQ(number("99.5").plus(number("0.5"))->to_string(), "100");
  EXPECT_EQ(number("1e125").plus(number("0"))->to_string(), "1" + std::string(125, '0'));
  // 39 digits to borrow from, 38 left.
  EXPECT_EQ(number("1e38").minus(number("1"))->to_string(), std::string(38, '9'));
}

TEST(NumberSum, ThatDoesNotFitIsAnOverflow) {
  EXPECT_EQ(error_of(number("9e125").plus(number("9e125"))), kOverflow);
  EXPECT_EQ(error_of(number("9e125").minus(number("-9e125"))), kOverflow);
  // The service says so of lost digits too.
  EXPECT_EQ(error_of(number("1e50").plus(number("1"))), kOverflow);
  EXPECT_EQ(error_of(number("1e50").minus(number("1"))), kOverflow);
  EXPECT_EQ(error_of(number("2e38").minus(number("1"))), kOverflow);
  EXPECT_EQ(error_of(number("1e38").plus(number("1"))), kOverflow);
  EXPECT_EQ(error_of(number("1.1e-130").minus(number("1e-130"))), kUnderflow);
}

TEST(NumberOrder, IsOfValues) {
  const char* const kSorted[] = {"-9.9e125", "-1e125", "-100", "-99.99", "-1.01", "-1", "-0.5", "-1e-130", "0",
                                 "1e-130",   "0.05",   "0.5",  "1",      "1.01",  "9",  "10",   "99.99",   "9.9e125"};
  for (size_t i = 0; i < std::size(kSorted); ++i) {
    for (size_t j = 0; j < std::size(kSorted); ++j) {
      EXPECT_EQ(number(kSorted[i]) <=> number(kSorted[j]), i <=> j) << kSorted[i] << " " << kSorted[j];
    }
  }
  EXPECT_EQ(number("1.50"), number("15e-1"));
}

TEST(NumberAsInteger, IsToldOnlyWhenItFits) {
  EXPECT_EQ(number("-9223372036854775808").to_int64(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(number("9223372036854775807").to_int64(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(number("9223372036854775808").to_int64(), std::nullopt);
  EXPECT_EQ(number("12e3").to_int64(), 12'000);
  EXPECT_EQ(number("0").to_int64(), 0);
  EXPECT_EQ(number("0.5").to_int64(), std::nullopt);
  EXPECT_EQ(number("1e125").to_int64(), std::nullopt);
  for (const int64_t value : {int64_t{0}, int64_t{-1}, int64_t{1'000}, std::numeric_limits<int64_t>::min()}) {
    EXPECT_EQ(Number(value).to_int64(), value);
    EXPECT_EQ(Number(value), number(std::to_string(value)));
  }
}

// --- against an arithmetic of written digits, more than any number has on either side of the point ---

constexpr size_t kPlaces = 400;
constexpr size_t kPlacesBehind = 200;

using Digits = std::vector<int>;  // lowest first, signed as a whole by `negative`
struct Written {
  Digits digits = Digits(kPlaces, 0);
  bool negative = false;
};

Written write_out(const Number& value) {
  Written written;
  std::string text = value.to_string();
  written.negative = text[0] == '-';
  if (written.negative) text.erase(0, 1);
  const size_t point = std::min(text.find('.'), text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    const auto place = i < point ? kPlacesBehind + (point - 1 - i) : kPlacesBehind - (i - point);
    written.digits[place] = text[i] - '0';
  }
  return written;
}

int compare_written(const Digits& a, const Digits& b) {
  for (size_t i = a.size(); i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

Written add(const Written& a, const Written& b) {
  Written sum;
  const bool a_larger = compare_written(a.digits, b.digits) >= 0;
  const Written& large = a_larger ? a : b;
  const Written& small = a_larger ? b : a;
  sum.negative = large.negative;
  int carry = 0;
  for (size_t i = 0; i < sum.digits.size(); ++i) {
    int digit = large.digits[i] + (a.negative == b.negative ? small.digits[i] : -small.digits[i]) + carry;
    carry = digit > 9 ? 1 : digit < 0 ? -1 : 0;
    sum.digits[i] = digit - 10 * carry;
  }
  return sum;
}

// As parse() takes it.
std::string text_of(const Written& written) {
  std::string text = written.negative ? "-" : "";
  for (size_t i = written.digits.size(); i-- > 0;) {
    if (i == kPlacesBehind - 1) text += '.';
    text += static_cast<char>('0' + written.digits[i]);
  }
  return text;
}

TEST(NumberProperties, SumsOrderAndBytesAgreeWithWrittenDigits) {
  Random random(testing::test_seed());
  for (int i = 0; i < 20'000; ++i) {
    const Number a = testing::random_number(random);
    const Number b = testing::random_number(random);
    SCOPED_TRACE(a.to_string() + " and " + b.to_string());
    const auto expected = Number::parse(text_of(add(write_out(a), write_out(b))));
    const auto sum = a.plus(b);
    ASSERT_EQ(sum.has_value(), expected.has_value());
    if (sum) {
      ASSERT_EQ(*sum, *expected);
    }
    if (sum) {
      ASSERT_EQ(unwrap(sum->minus(a)), b);
    }
    const Written difference = add(write_out(a), write_out(b.negated()));
    const int order = compare_written(difference.digits, Digits(kPlaces, 0)) == 0 ? 0 : difference.negative ? -1 : 1;
    ASSERT_EQ(a <=> b, order <=> 0);
    std::string bytes_a;
    std::string bytes_b;
    a.append_ordered(bytes_a);
    b.append_ordered(bytes_b);
    ASSERT_EQ(bytes_a <=> bytes_b, a <=> b);
    // What follows does not matter, unless they are equal.
    if (a != b) {
      ASSERT_EQ((bytes_a + "\xff") <=> (bytes_b + '\0'), a <=> b);
    }
    std::string_view rest = bytes_a;
    ASSERT_EQ(Number::read_ordered(rest), a);
    ASSERT_TRUE(rest.empty());
    ASSERT_EQ(Number::from_parts(a.is_negative(), a.coefficient(), a.exponent()), a);
  }
}

TEST(NumberBytes, ThatNobodyWroteAreRefused) {
  using namespace std::string_literals;
  const std::string kDamaged[] = {""s,
                                  "\xc0"s,
                                  "\xc0\x82"s,
                                  "\x00"s,
                                  "\xc0\x82\x03"s,
                                  "\xc0\x82\x00"s,
                                  "\xc0\x82\xc8"s,
                                  "\xc0\x82\x12"s,      // a first digit 0
                                  "\xc0\x82\x15\x00"s,  // no digits after "more follow"
                                  "\xc0\x82"s + std::string(40, '\x15')};
  for (const std::string& bytes : kDamaged) {
    std::string_view rest = bytes;
    EXPECT_EQ(Number::read_ordered(rest), std::nullopt) << bytes.size();
  }
  EXPECT_EQ(Number::from_parts(true, 0, 0), std::nullopt);
  EXPECT_EQ(Number::from_parts(false, 10, 0), std::nullopt);
  EXPECT_EQ(Number::from_parts(false, 1, 126), std::nullopt);
  EXPECT_EQ(Number::from_parts(false, 1, -131), std::nullopt);
}

}  // namespace
}  // namespace caudal::items
