// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/file_name.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "flows/delivery/errors.h"

namespace caudal::delivery {
namespace {

using std::chrono::year;

NamePattern faturas() { return unwrap(NamePattern::parse("raw/ingestion/tb_faturas_{yyyyMM}.csv")); }

TEST(NamePattern, FindsTheMonthOfAPlainOrPackedFile) {
  EXPECT_EQ(unwrap(faturas().match("raw/ingestion/tb_faturas_202401.csv")), year{2024} / 1);
  EXPECT_EQ(unwrap(faturas().match("raw/ingestion/tb_faturas_202312.csv.gz")), year{2023} / 12);
  const auto dashed = unwrap(NamePattern::parse("f-{yyyy-MM}.csv"));
  EXPECT_EQ(unwrap(dashed.match("f-2024-02.csv")), year{2024} / 2);
  EXPECT_EQ(unwrap(dashed.match("f-202402x.csv")), std::nullopt);
}

TEST(NamePattern, LeavesOtherNamesAlone) {
  for (const char* key : {"raw/ingestion/tb_pagamentos_202401.csv", "raw/ingestion/tb_faturas_202401.csv.tmp",
                          "raw/ingestion/tb_faturas_2024.csv", "raw/ingestion/tb_faturas_2024O1.csv", "", "raw/"}) {
    EXPECT_EQ(unwrap(faturas().match(key)), std::nullopt) << key;
  }
}

TEST(NamePattern, RefusesAMonthThatIsNone) {
  const auto result = faturas().match("raw/ingestion/tb_faturas_202413.csv");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::bad_name);
  EXPECT_EQ(
      result.error().message,
      "file name 'tb_faturas_202413.csv': '202413' is not a month; expected a name such as tb_faturas_202401.csv");
}

TEST(NamePattern, NamesTheFileExpectedForAMonth) {
  EXPECT_EQ(faturas().name_for(year{2024} / 1), "raw/ingestion/tb_faturas_202401.csv");
  EXPECT_EQ(unwrap(NamePattern::parse("f-{yyyy-MM}.csv")).name_for(year{2024} / 11), "f-2024-11.csv");
}

TEST(NamePattern, RefusesPatternsWithoutExactlyOneMonth) {
  for (const char* pattern :
       {"tb_faturas.csv", "a_{yyyyMM}_{yyyyMM}.csv", "a_{yyyyMM}_{dd}.csv", "{yyyyMM}/a.csv", "a_{yyyyMM}.csv.gz"}) {
    const auto result = NamePattern::parse(pattern);
    ASSERT_FALSE(result) << pattern;
    EXPECT_EQ(result.error().code, Errc::bad_pattern);
    EXPECT_NE(result.error().message.find(pattern), std::string::npos);
  }
}

TEST(CheckFileName, AcceptsPlainNames) {
  EXPECT_OK(check_file_name("tb_faturas_202401.csv"));
  EXPECT_OK(check_file_name("relação de faturas.csv"));
}

TEST(CheckFileName, RefusesHostileNamesAndShowsThemEscaped) {
  const struct {
    std::string name, expected;
  } cases[] = {
      {"", "it is empty"},
      {"..", "it names a folder"},
      {"../../etc/passwd", "it contains a path separator"},
      {"a\\b.csv", "it contains a path separator"},
      {"a\nb.csv", "file name 'a\\x0Ab.csv' is refused: it contains a control character"},
      {std::string("a\0b", 3), "file name 'a\\x00b' is refused: it contains a control character"},
      {"\x1B[31mred.csv", "'\\x1B[31mred.csv' is refused: it contains a control character"},
      {"caf\xE9.csv", "file name 'caf\\xE9.csv' is refused: it is not valid UTF-8"},
      {std::string(5000, 'a'), "... (5000 bytes)' is refused: it has 5000 bytes, at most 255 are accepted"},
  };
  for (const auto& c : cases) {
    const auto result = check_file_name(c.name);
    ASSERT_FALSE(result) << c.expected;
    EXPECT_EQ(result.error().code, Errc::bad_name);
    EXPECT_TRUE(result.error().is(ErrorClass::kRefused));
    EXPECT_NE(result.error().message.find(c.expected), std::string::npos) << result.error().message;
    EXPECT_LT(result.error().message.size(), 300u);
  }
}

}  // namespace
}  // namespace caudal::delivery
