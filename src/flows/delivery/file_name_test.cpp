// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/file_name.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "flows/delivery/errors.h"

namespace caudal::delivery {
namespace {

using std::chrono::year;

flows::FilePattern faturas() { return unwrap(flows::FilePattern::parse("raw/ingestion/tb_faturas_{yyyyMM}.csv[.gz]")); }

TEST(MonthOfFileName, IsWhatThePatternSays) {
  EXPECT_EQ(unwrap(month_of_file_name(faturas(), "tb_faturas_202401.csv")), year{2024} / 1);
  EXPECT_EQ(unwrap(month_of_file_name(faturas(), "tb_faturas_202312.csv.gz")), year{2023} / 12);
}

TEST(MonthOfFileName, RefusesWhatNamesNoMonth) {
  for (const char* name : {"tb_faturas_202413.csv", "tb_faturas_202400.csv", "tb_faturas_2024.csv",
                           "tb_pagamentos_202401.csv", "tb_faturas_202401.csv.tmp"}) {
    const auto month = month_of_file_name(faturas(), name);
    ASSERT_FALSE(month) << name;
    EXPECT_EQ(month.error().code, Errc::bad_name);
    EXPECT_EQ(month.error().message, "file name '" + std::string(name) +
                                         "' does not name a month as raw/ingestion/tb_faturas_{yyyyMM}.csv[.gz] does; "
                                         "expected a name such as tb_faturas_202401.csv");
  }
  EXPECT_EQ(month_of_file_name(faturas(), "../tb_faturas_202401.csv").error().code, Errc::bad_name);
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
