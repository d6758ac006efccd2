// SPDX-License-Identifier: Apache-2.0
#include "base/cron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/testing/result_matchers.h"

namespace caudal {
namespace {

using namespace std::chrono_literals;

Timestamp utc(std::string_view date, std::chrono::minutes time = 0min) { return unwrap(parse_date(date)) + time; }

TimeZone zone(std::string_view name) { return unwrap(TimeZone::find(name)); }

std::string next(std::string_view cron, Timestamp after, std::string_view zone_name = "UTC") {
  return to_string(unwrap(Cron::parse(cron)).next(after, zone(zone_name))).substr(0, 16);
}

TEST(CronNext, IsStrictlyAfterAndOnTheLocalClock) {
  EXPECT_EQ(next("0 6 3 * *", utc("2024-01-31")), "2024-02-03T06:00");
  EXPECT_EQ(next("0 6 3 * *", utc("2024-02-03", 6h)), "2024-03-03T06:00");
  EXPECT_EQ(next("0 6 3 * *", utc("2024-02-03", 6h) - 1us), "2024-02-03T06:00");
  EXPECT_EQ(next("0 6 3 * *", utc("2024-01-31"), "America/Sao_Paulo"), "2024-02-03T09:00");
  EXPECT_EQ(next("30 23 31 12 *", utc("2024-01-01"), "America/Santiago"), "2024-01-01T02:30");
}

TEST(CronNext, ReadsRangesStepsListsAndNames) {
  EXPECT_EQ(next("*/20 * * * *", utc("2024-01-31", 23h + 40min)), "2024-02-01T00:00");
  EXPECT_EQ(next("5,50-58/4 8-9 * * *", utc("2024-01-31", 8h + 5min)), "2024-01-31T08:50");
  EXPECT_EQ(next("5,50-58/4 8-9 * * *", utc("2024-01-31", 8h + 50min)), "2024-01-31T08:54");
  EXPECT_EQ(next("0 0 * FEB-mar Mon", utc("2024-01-01")), "2024-02-05T00:00");
  EXPECT_EQ(next("0 0 * * 7", utc("2024-01-01")), "2024-01-07T00:00");
  EXPECT_EQ(next("0 0 * * FRI", utc("2024-01-05")), "2024-01-12T00:00");
  EXPECT_EQ(next("  0\t0 1  1 * ", utc("2024-01-01")), "2025-01-01T00:00");
  EXPECT_EQ(next("@monthly", utc("2024-01-15")), "2024-02-01T00:00");
  EXPECT_EQ(next("0 12 29 2 *", utc("2096-03-01")), "2104-02-29T12:00") << "2100 is no leap year";
}

TEST(CronNext, EitherDayFieldIsEnoughWhenBothAreRestricted) {
  EXPECT_EQ(next("0 0 13 * FRI", utc("2024-01-01")), "2024-01-05T00:00");
  EXPECT_EQ(next("0 0 13 * FRI", utc("2024-01-12")), "2024-01-13T00:00");
  EXPECT_EQ(next("0 0 */2 * FRI", utc("2024-01-01", 1min)), "2024-01-05T00:00") << "a step on * restricts together";
}

TEST(CronNext, ATimeInTheSpringGapIsDueOnceRightAfterIt) {
  // New York, 2024-03-10: 02:00 becomes 03:00, which is 07:00 UTC.
  EXPECT_EQ(next("30 2 * * *", utc("2024-03-10", 5h), "America/New_York"), "2024-03-10T07:00");
  EXPECT_EQ(next("30 2 * * *", utc("2024-03-10", 7h), "America/New_York"), "2024-03-11T06:30");
  EXPECT_EQ(next("*/15 2 * * *", utc("2024-03-10", 7h), "America/New_York"), "2024-03-11T06:00");
  // Santiago: midnight itself is in the gap of 2023-09-03 (00:00 becomes 01:00, 04:00 UTC).
  EXPECT_EQ(next("0 0 * * *", utc("2023-09-02", 12h), "America/Santiago"), "2023-09-03T04:00");
}

TEST(CronNext, ATimeThatTheAutumnOverlapBringsTwiceIsDueAtTheFirst) {
  // New York, 2024-11-03: 02:00 EDT becomes 01:00 EST. 01:30 is 05:30 UTC and again 06:30 UTC.
  EXPECT_EQ(next("30 1 * * *", utc("2024-11-03", 4h), "America/New_York"), "2024-11-03T05:30");
  EXPECT_EQ(next("30 1 * * *", utc("2024-11-03", 5h + 30min), "America/New_York"), "2024-11-04T06:30");
  EXPECT_EQ(next("30 1 * * *", utc("2024-11-03", 6h), "America/New_York"), "2024-11-04T06:30");
  EXPECT_EQ(next("0 2 * * *", utc("2024-11-03", 6h + 30min), "America/New_York"), "2024-11-03T07:00");
}

TEST(CronNext, SurvivesADayThatAZoneLeftOut) {
  // Samoa had no 2011-12-30; its noon falls to the first instant after the gap.
  EXPECT_EQ(next("0 12 30 * *", utc("2011-12-01"), "Pacific/Apia"), "2011-12-30T10:00");
  EXPECT_EQ(next("0 12 30 * *", utc("2011-12-30", 10h), "Pacific/Apia"), "2012-01-29T22:00");
}

TEST(CronDue, ListsAllOfAnIntervalAndTheNewestWhenThereAreTooMany) {
  const Cron cron = unwrap(Cron::parse("0 6 3 * *"));
  const auto all = cron.due(utc("2024-01-03", 6h), utc("2024-04-03", 6h), zone("UTC"), 100);
  EXPECT_THAT(all, testing::ElementsAre(utc("2024-02-03", 6h), utc("2024-03-03", 6h), utc("2024-04-03", 6h)));
  const auto newest = cron.due(utc("2024-01-03", 6h), utc("2024-04-03", 6h), zone("UTC"), 2);
  EXPECT_THAT(newest, testing::ElementsAre(utc("2024-03-03", 6h), utc("2024-04-03", 6h)));
  EXPECT_THAT(cron.due(utc("2024-01-03", 6h), utc("2024-02-03", 6h) - 1us, zone("UTC"), 9), testing::IsEmpty());
}

TEST(CronParse, RefusesWithTheFieldAndWhatItExpected) {
  const auto message = [](std::string_view text) {
    const auto result = Cron::parse(text);
    if (result) return std::string("accepted");
    EXPECT_TRUE(result.error().is(ErrorClass::kUsage));
    return result.error().message;
  };
  using testing::HasSubstr;
  EXPECT_THAT(message("60 * * * *"), HasSubstr("the minute is '60'; expected *, values from 0 to 59"));
  EXPECT_THAT(message("0 24 * * *"), HasSubstr("the hour is '24'"));
  EXPECT_THAT(message("0 0 0 * *"), HasSubstr("the day of the month is '0'"));
  EXPECT_THAT(message("0 0 1 FOO *"), HasSubstr("values from 1 to 12 or JAN-DEC"));
  EXPECT_THAT(message("0 0 * * 8"), HasSubstr("the day of the week is '8'"));
  EXPECT_THAT(message("0 6 3 *"), HasSubstr("has 4 fields; expected five"));
  EXPECT_THAT(message(""), HasSubstr("has 0 fields"));
  EXPECT_THAT(message("@sometimes"), HasSubstr("has 1 fields"));
  EXPECT_THAT(message("0 0 30 2 *"), HasSubstr("a day that never comes"));
  EXPECT_THAT(message("0 0 31 4,6,9,11 *"), HasSubstr("a day that never comes"));
  for (const char* text : {"*/0 * * * *", "5-1 * * * *", "1- * * * *", "-1 * * * *", "1,,2 * * * *", "1-2-3 * * * *",
                           "*/2/3 * * * *", "5/10 * * * *", "1.5 * * * *", "99999999999 * * * *", "FEB * * * *"}) {
    EXPECT_THAT(message(text), HasSubstr("the minute is")) << text;
  }
}

// Walks local time minute by minute the slow way and compares: every local minute that fits is due exactly once.
TEST(CronNext, AgreesWithAMinuteByMinuteWalkThroughBothClockChanges) {
  constexpr uint64_t kSeed = 4242;
  Random random(kSeed);
  const TimeZone new_york = zone("America/New_York");
  for (const char* start : {"2024-03-09", "2024-11-02"}) {
    for (int round = 0; round < 20; ++round) {
      const auto hour = random.between(0, 4);
      const auto minute = random.between(0, 59);
      const Cron cron = unwrap(
          Cron::parse(std::to_string(minute) + " " + (random.chance(0.5) ? "*" : std::to_string(hour)) + " * * *"));
      const Timestamp from = utc(start);
      std::vector<Timestamp> expected;
      for (Date day = unwrap(parse_date(start)) - std::chrono::days(1);
           day <= Date(std::chrono::floor<std::chrono::days>(from)) + std::chrono::days(4);
           day += std::chrono::days(1)) {
        for (auto time = 0min; time < 24h; time += 1min) {
          const bool fits = time.count() % 60 == minute &&
                            (cron.text().find(" * * * *") != std::string::npos || time.count() / 60 == hour);
          const Timestamp at = new_york.to_instant(day, time);
          const bool repeated = !expected.empty() && expected.back() == at;
          if (fits && at > from && at <= from + 72h && !repeated) expected.push_back(at);
        }
      }
      ASSERT_EQ(cron.due(from, from + 72h, new_york, 1000), expected) << "seed " << kSeed << " cron " << cron.text();
    }
  }
}

}  // namespace
}  // namespace caudal
