// SPDX-License-Identifier: Apache-2.0
#include "sample/calendar.h"

#include <gtest/gtest.h>

namespace caudal::sample {
namespace {

using std::chrono::January;
using std::chrono::November;
using std::chrono::year;

TEST(Calendar, CountsDaysAndMonthsOfThePeriodAcrossALeapFebruary) {
  const Calendar calendar({year{2024}, January}, 3);
  EXPECT_EQ(calendar.period_days(), 31 + 29 + 31);
  EXPECT_EQ(calendar.text(0), "2024-01-01");
  EXPECT_EQ(calendar.text(59), "2024-02-29");
  EXPECT_EQ(calendar.month_of_day(59), 1);
  EXPECT_EQ(calendar.month_of_day(60), 2);
  EXPECT_EQ(calendar.text(calendar.day_of(2, 25)), "2024-03-25");
}

TEST(Calendar, KnowsTheDaysAfterThePeriodOnWhichTheLastInvoicesFallDue) {
  const Calendar calendar({year{2023}, November}, 1);
  EXPECT_EQ(calendar.text(calendar.period_days() + 34), "2024-01-04");
  EXPECT_EQ(calendar.month_of_day(calendar.period_days() + 34), 2);
}

TEST(Calendar, DecemberIsTheHeightOfTheSeasonWhereverThePeriodStarts) {
  const Calendar calendar({year{2023}, November}, 12);
  for (int month = 0; month < 12; ++month) {
    if (month != 1) {
      EXPECT_LT(calendar.season_percent(month), calendar.season_percent(1)) << to_string(calendar.month(month));
    }
  }
}

}  // namespace
}  // namespace caudal::sample
