// SPDX-License-Identifier: Apache-2.0
#include "base/date.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal {
namespace {

using namespace std::chrono_literals;

TEST(ParseDate, RefusesWhatIsNoDate) {
  EXPECT_EQ(to_string(unwrap(parse_date("2024-02-29"))), "2024-02-29");
  for (const char* bad : {"2023-02-29", "2024-13-01", "2024-1-1", "", "2024/01/01", "0000-01-01", "2024-01-0a"}) {
    EXPECT_FALSE(parse_date(bad)) << bad;
  }
}

TEST(ParseMonth, TakesBothForms) {
  EXPECT_EQ(to_string(unwrap(parse_month("202401"))), "2024-01");
  EXPECT_EQ(to_compact_string(unwrap(parse_month("2024-01"))), "202401");
  for (const char* bad : {"2024-13", "2024-00", "24-01", "2024-1", ""}) EXPECT_FALSE(parse_month(bad)) << bad;
}

TEST(TimeZone, KnowsOffsetsGapsAndOverlaps) {
  const TimeZone zone = unwrap(TimeZone::find("America/Santiago"));
  // Chile put clocks forward at midnight of 2023-09-03: 00:30 did not exist, so the first instant after it.
  EXPECT_EQ(to_string(zone.to_instant(unwrap(parse_date("2023-09-03")), 30min)), "2023-09-03T04:00:00.000000Z");
  EXPECT_EQ(to_string(zone.to_instant(unwrap(parse_date("2024-01-05")), 8h)), "2024-01-05T11:00:00.000000Z");
  const auto local = zone.to_local(zone.to_instant(unwrap(parse_date("2024-01-05")), 8h));
  EXPECT_EQ(to_string(local.date), "2024-01-05");
  EXPECT_EQ(local.since_midnight, 8h);
  EXPECT_FALSE(TimeZone::find("Mars/Olympus"));
}

}  // namespace
}  // namespace caudal
