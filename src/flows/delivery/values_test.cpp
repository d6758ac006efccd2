// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/values.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <string>

#include "base/date.h"

namespace caudal::delivery {
namespace {

constexpr int64_t kInt32Max = std::numeric_limits<int32_t>::max();
constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();

std::string integer(std::string_view text, int64_t limit) {
  int64_t value = 0;
  const ValueStatus status = parse_integer(text, limit, value);
  return status == ValueStatus::kOk ? std::to_string(value) : status == ValueStatus::kOutOfRange ? "range" : "invalid";
}

// The value as text; the fast form must agree with the slow one wherever it answers.
std::string decimal(std::string_view text, uint8_t precision, uint8_t scale, DecimalMark mark = DecimalMark::kPoint) {
  Int128 value = 0;
  const ValueStatus status = parse_decimal_slow(text, {TypeKind::kDecimal, precision, scale}, mark, value);
  int64_t fast = 0;
  if (parse_decimal_fast(text, scale, mark == DecimalMark::kPoint ? '.' : ',', fast) && precision >= 18) {
    EXPECT_EQ(status, ValueStatus::kOk) << text;
    EXPECT_TRUE(value == fast) << text;
  }
  switch (status) {
    case ValueStatus::kOk: return Decimal(value, scale).to_string();
    case ValueStatus::kOutOfRange: return "range";
    case ValueStatus::kTooManyDigits: return "digits";
    default: return "invalid";
  }
}
std::string comma(std::string_view text) { return decimal(text, 18, 2, DecimalMark::kComma); }

std::string date(std::string_view text, DateOrder order = DateOrder::kIso) {
  int32_t days = 0;
  switch (parse_date(text, order, days)) {
    case ValueStatus::kOk: return to_string(Date{std::chrono::days{days}});
    case ValueStatus::kImpossible: return "impossible";
    default: return "invalid";
  }
}

TEST(Integer, ReadsTheWholeRangeAndNothingBeyond) {
  EXPECT_EQ(integer("0", kInt32Max), "0");
  EXPECT_EQ(integer("007", kInt32Max), "7");
  EXPECT_EQ(integer("+5", kInt32Max), "5");
  EXPECT_EQ(integer("2147483647", kInt32Max), "2147483647");
  EXPECT_EQ(integer("-2147483648", kInt32Max), "-2147483648");
  EXPECT_EQ(integer("2147483648", kInt32Max), "range");
  EXPECT_EQ(integer("-2147483649", kInt32Max), "range");
  EXPECT_EQ(integer("9223372036854775807", kInt64Max), "9223372036854775807");
  EXPECT_EQ(integer("-9223372036854775808", kInt64Max), "-9223372036854775808");
  EXPECT_EQ(integer("9223372036854775808", kInt64Max), "range");
  EXPECT_EQ(integer("18446744073709551617", kInt64Max), "range");
  EXPECT_EQ(integer(std::string(500, '9'), kInt64Max), "range");
  EXPECT_EQ(integer(std::string(500, '0') + "12", kInt64Max), "12");
}

TEST(Integer, RefusesWhatIsNoWholeNumber) {
  for (const char* text : {"", "-", "+", "1.0", " 1", "1 ", "1e3", "0x1", "--1", "1-", "\xD9\xA1", "1,000"}) {
    EXPECT_EQ(integer(text, kInt64Max), "invalid") << text;
  }
}

TEST(DecimalValue, KeepsExactlyTheContractsScale) {
  EXPECT_EQ(decimal("24597.21", 18, 2), "24597.21");
  EXPECT_EQ(decimal("24597", 18, 2), "24597.00");
  EXPECT_EQ(decimal("24597.2", 18, 2), "24597.20");
  EXPECT_EQ(decimal("-0.05", 18, 2), "-0.05");
  EXPECT_EQ(decimal(".5", 18, 2), "0.50");
  EXPECT_EQ(decimal("+1.00", 18, 2), "1.00");
  EXPECT_EQ(decimal("1.230000", 18, 2), "1.23");
  EXPECT_EQ(decimal("1.234", 18, 2), "digits");
  EXPECT_EQ(decimal("1.001", 18, 2), "digits");
  EXPECT_EQ(decimal("7", 4, 0), "7");
  EXPECT_EQ(decimal("7.0", 4, 0), "7");
  EXPECT_EQ(decimal("12345678901234567890.123456789", 38, 9), "12345678901234567890.123456789");
}

TEST(DecimalValue, RefusesOverflowAtTheExactDigit) {
  EXPECT_EQ(decimal("9999999999999999.99", 18, 2), "9999999999999999.99");
  EXPECT_EQ(decimal("-9999999999999999.99", 18, 2), "-9999999999999999.99");
  EXPECT_EQ(decimal("10000000000000000.00", 18, 2), "range");
  EXPECT_EQ(decimal("00000000000000000000000000000012.34", 18, 2), "12.34");
  EXPECT_EQ(decimal("99.9", 3, 1), "99.9");
  EXPECT_EQ(decimal("100.0", 3, 1), "range");
  EXPECT_EQ(decimal(std::string(38, '9'), 38, 0), std::string(38, '9'));
  EXPECT_EQ(decimal("1" + std::string(38, '0'), 38, 0), "range");
}

TEST(DecimalValue, RefusesWhatIsNoDecimal) {
  for (const char* text : {"", "-", ".", "-.", "1.", "1..2", "12,3x", "12.3x", "1.2.3", "1e2", " 1.00", "R$ 1.00",
                           "--1", "1,234.56", "NaN", "1_000"}) {
    EXPECT_EQ(decimal(text, 18, 2), "invalid") << text;
  }
}

TEST(DecimalValue, ReadsTheDecimalCommaWithThousandsInTheirPlace) {
  EXPECT_EQ(comma("24597,21"), "24597.21");
  EXPECT_EQ(comma("24.597,21"), "24597.21");
  EXPECT_EQ(comma("1.234.567,8"), "1234567.80");
  EXPECT_EQ(comma("-1.234"), "-1234.00");
  EXPECT_EQ(comma(",50"), "0.50");
  EXPECT_EQ(comma("12"), "12.00");
  for (const char* text : {"24597.21", "1.23,4", "1234.567,00", ".123,00", "1..234,00", "1.234.,00", "1,234.56",
                           "1,2,3", "12,", "1.2345,00"}) {
    EXPECT_EQ(comma(text), "invalid") << text;
  }
  EXPECT_EQ(comma("1,234"), "digits");
}

TEST(DateValue, ReadsEveryDayOfTenThousandYears) {
  for (int year : {1, 4, 100, 400, 1582, 1899, 1900, 1969, 1970, 2000, 2023, 2024, 2100, 9999}) {
    const Date first = std::chrono::sys_days{std::chrono::year{year} / 1 / 1};
    const Date last = std::chrono::sys_days{std::chrono::year{year} / 12 / 31};
    for (Date day = first; day <= last; day += std::chrono::days{1}) {
      const std::string iso = to_string(day);
      EXPECT_EQ(date(iso), iso);
      const std::string slashed = iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
      EXPECT_EQ(date(slashed, DateOrder::kDayMonthYear), iso);
    }
  }
}

TEST(DateValue, TellsImpossibleFromMalformed) {
  for (const char* text : {"2023-02-29", "2024-02-30", "1900-02-29", "2024-04-31", "2024-13-01", "2024-00-10",
                           "2024-01-00", "0000-01-01", "2024-01-32"}) {
    EXPECT_EQ(date(text), "impossible") << text;
  }
  for (const char* text : {"", "2024-1-1", "2024/01/01", "20240101", "2024-01-01 ", "2024-01-0x", "2024-01-01T00:00",
                           "31/01/2024", "\x80\x80\x80\x80-01-01", "2024-01-\xFF\xFF"}) {
    EXPECT_EQ(date(text), "invalid") << text;
  }
}

TEST(DateValue, SlashesAlwaysMeanDayFirst) {
  EXPECT_EQ(date("01/02/2024", DateOrder::kDayMonthYear), "2024-02-01");
  EXPECT_EQ(date("01/31/2024", DateOrder::kDayMonthYear), "impossible");
  EXPECT_EQ(date("2024-01-31", DateOrder::kDayMonthYear), "invalid");
  EXPECT_EQ(date("1/2/2024", DateOrder::kDayMonthYear), "invalid");
}

TEST(Timestamp, ReadsSecondsAndFractions) {
  const struct {
    const char* text;
    int64_t micros;
  } cases[] = {{"1970-01-01 00:00", 0},
               {"1970-01-02T00:00:01", 86'401'000'000},
               {"1970-01-01 00:00:00.5", 500'000},
               {"1970-01-01 00:00:00.000001", 1},
               {"1969-12-31 23:59:59.999999", -1}};
  for (const auto& c : cases) {
    int64_t micros = 42;
    EXPECT_EQ(parse_timestamp(c.text, DateOrder::kIso, micros), ValueStatus::kOk) << c.text;
    EXPECT_EQ(micros, c.micros) << c.text;
  }
  int64_t micros = 0;
  EXPECT_EQ(parse_timestamp("02/01/1970 00:00:01", DateOrder::kDayMonthYear, micros), ValueStatus::kOk);
  EXPECT_EQ(micros, 86'401'000'000);
}

TEST(Timestamp, RefusesMalformedAndImpossible) {
  int64_t micros = 0;
  for (const char* text : {"2024-01-01", "2024-01-01 1:00:00", "2024-01-01 10:00:00Z", "2024-01-01 10:00:00.",
                           "2024-01-01 10:00:00.1234567", "2024-01-01 10:00:0", "2024-01-01x10:00:00"}) {
    EXPECT_EQ(parse_timestamp(text, DateOrder::kIso, micros), ValueStatus::kInvalid) << text;
  }
  for (const char* text : {"2024-01-01 24:00:00", "2024-01-01 10:60", "2024-02-30 10:00", "2024-01-01 10:00:60"}) {
    EXPECT_EQ(parse_timestamp(text, DateOrder::kIso, micros), ValueStatus::kImpossible) << text;
  }
}

TEST(Double, ReadsDecimalsAndExponentsOnly) {
  double value = 0;
  EXPECT_EQ(parse_double("-1.5e3", DecimalMark::kPoint, value), ValueStatus::kOk);
  EXPECT_EQ(value, -1500.0);
  EXPECT_EQ(parse_double("+0,25", DecimalMark::kComma, value), ValueStatus::kOk);
  EXPECT_EQ(value, 0.25);
  EXPECT_EQ(parse_double("1e999", DecimalMark::kPoint, value), ValueStatus::kOutOfRange);
  for (const char* text : {"", "inf", "nan", "0x10", "1.5.2", "1,5", "1.5 ", "+-1", "e5"}) {
    EXPECT_EQ(parse_double(text, DecimalMark::kPoint, value), ValueStatus::kInvalid) << text;
  }
  EXPECT_EQ(parse_double("1.5", DecimalMark::kComma, value), ValueStatus::kInvalid);
}

TEST(Boolean, ReadsTheUsualWordsInBothLanguages) {
  for (const char* text : {"true", "TRUE", "1", "sim", "Sim", "S", "t"}) {
    bool value = false;
    EXPECT_EQ(parse_boolean(text, value), ValueStatus::kOk) << text;
    EXPECT_TRUE(value) << text;
  }
  for (const char* text : {"false", "0", "não", "NÃO", "N\xC3O", "n\xE3o", "NAO", "n", "F"}) {
    bool value = true;
    EXPECT_EQ(parse_boolean(text, value), ValueStatus::kOk) << text;
    EXPECT_FALSE(value) << text;
  }
  bool value = false;
  for (const char* text : {"", "yes", "2", "01", "verdadeiro"}) {
    EXPECT_EQ(parse_boolean(text, value), ValueStatus::kInvalid) << text;
  }
}

}  // namespace
}  // namespace caudal::delivery
