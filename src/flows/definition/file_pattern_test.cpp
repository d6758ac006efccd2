// SPDX-License-Identifier: Apache-2.0
#include "flows/definition/file_pattern.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::flows {
namespace {

using std::chrono::month;
using std::chrono::year;

FilePattern pattern(std::string_view text) { return unwrap(FilePattern::parse(text)); }
Month ym(int y, unsigned m) { return Month(year(y), month(m)); }

TEST(FilePattern, FindsTheMonthInAName) {
  const FilePattern p = pattern("raw/ingestion/tb_faturas_{yyyyMM}.csv[.gz]");
  EXPECT_EQ(p.match("raw/ingestion/tb_faturas_202401.csv"), ym(2024, 1));
  EXPECT_EQ(p.match("raw/ingestion/tb_faturas_202312.csv.gz"), ym(2023, 12));
  EXPECT_EQ(p.prefix(), "raw/ingestion/tb_faturas_");
  EXPECT_EQ(p.expected_key(ym(2024, 1)), "raw/ingestion/tb_faturas_202401.csv");
}

TEST(FilePattern, RefusesOtherNamesAndImpossibleMonths) {
  const FilePattern p = pattern("in/f_{yyyyMM}.csv[.gz]");
  for (const char* key : {"in/f_202413.csv", "in/f_202400.csv", "in/f_000001.csv", "in/f_20241.csv",
                          "in/f_202401.csv.zip", "in/f_202401.csv.gz.gz", "other/f_202401.csv", "in/f_2024-01.csv",
                          "in/f_202401.csv/", "", "in/f_２０２４０１.csv"}) {
    EXPECT_EQ(p.match(key), std::nullopt) << key;
  }
}

TEST(FilePattern, AStarStandsForAnythingWithinAFolder) {
  const FilePattern p = pattern("in/f_{yyyyMM}*.csv");
  EXPECT_EQ(p.match("in/f_202401.csv"), ym(2024, 1));
  EXPECT_EQ(p.match("in/f_202401_v2.csv"), ym(2024, 1));
  EXPECT_EQ(p.match("in/f_202401/x.csv"), std::nullopt);
  EXPECT_EQ(p.expected_key(ym(2024, 1)), "in/f_202401.csv");
}

TEST(FilePattern, AMonthSaidTwiceMustAgree) {
  const FilePattern p = pattern("in/{yyyy}/{MM}/f_{yyyyMM}.csv");
  EXPECT_EQ(p.match("in/2024/01/f_202401.csv"), ym(2024, 1));
  EXPECT_EQ(p.match("in/2024/02/f_202401.csv"), std::nullopt);
  EXPECT_EQ(p.match("in/2023/01/f_202401.csv"), std::nullopt);
}

TEST(FilePattern, HostileNamesDoNotMatch) {
  const FilePattern p = pattern("in/*{yyyyMM}.csv");
  EXPECT_EQ(p.match("in/202401.csv"), ym(2024, 1));
  EXPECT_EQ(p.match(std::string("in/a\n202401.csv")), std::nullopt);
  EXPECT_EQ(p.match(std::string("in/a\0", 5) + "202401.csv"), std::nullopt);
  EXPECT_EQ(p.match("in/" + std::string(5000, 'a') + "202401.csv"), std::nullopt);
  EXPECT_EQ(pattern("{yyyyMM}/x").match("../x"), std::nullopt);
}

TEST(FilePattern, ManyStarsStayWithinTheirBound) {
  const FilePattern p = pattern("*a*a*a*a*a*a*a*a*a*b{yyyyMM}");
  EXPECT_EQ(p.match(std::string(1000, 'a')), std::nullopt);
}

TEST(FilePattern, SaysWhatIsWrongWithAPattern) {
  const auto message = [](std::string_view text) {
    const Result<FilePattern> result = FilePattern::parse(text);
    return result ? std::string("accepted") : result.error().message;
  };
  EXPECT_NE(message("in/f.csv").find("must hold the month"), std::string::npos);
  EXPECT_NE(message("in/f_{yyyy}.csv").find("must hold the month"), std::string::npos);
  EXPECT_NE(message("in/f_{yyyymm}.csv").find("'{yyyymm}' is unknown"), std::string::npos);
  EXPECT_NE(message("in/f_{yyyyMM.csv").find("'{' is not closed"), std::string::npos);
  EXPECT_NE(message("in/f_{yyyyMM}.csv]").find("']' closes nothing"), std::string::npos);
  EXPECT_NE(message("../f_{yyyyMM}.csv").find("'..'"), std::string::npos);
  EXPECT_NE(message("").find("1 to 500"), std::string::npos);
}

}  // namespace
}  // namespace caudal::flows
