// SPDX-License-Identifier: Apache-2.0
// When the slots of a bank's day are: by the clocks of its zone, on its days.
#include "payments/timetable/slots.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::payments {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const TimeZone kSaoPaulo = unwrap(TimeZone::find("America/Sao_Paulo"));

Date day(std::string_view text) { return unwrap(parse_date(text)); }
// By the clocks of São Paulo.
Timestamp at(std::string_view date, minutes since_midnight) { return kSaoPaulo.to_instant(day(date), since_midnight); }

TEST(TimesOfDay, AreTwoDigitsEach) {
  EXPECT_EQ(unwrap(parse_time_of_day("01:00")), hours(1));
  EXPECT_EQ(unwrap(parse_time_of_day("23:59")), hours(23) + minutes(59));
  for (const char* wrong : {"", "1:00", "24:00", "01:60", "01-00", "-1:00", "01:0a"}) {
    EXPECT_FALSE(parse_time_of_day(wrong)) << wrong;
  }
}

TEST(DailySlots, AreByTheClocksOfTheZone) {
  const DailySlot slot{.at = hours(1), .zone = kSaoPaulo};
  EXPECT_EQ(slot.last(at("2027-01-20", hours(1))), at("2027-01-20", hours(1)));
  EXPECT_EQ(slot.last(at("2027-01-20", minutes(59))), at("2027-01-19", hours(1)));
  EXPECT_EQ(slot.next(at("2027-01-20", minutes(59))), at("2027-01-20", hours(1)));
  EXPECT_EQ(slot.next(at("2027-01-20", hours(1))), at("2027-01-21", hours(1)));
  // 01:00 in São Paulo is 04:00 in UTC.
  EXPECT_EQ(to_string(slot.next(at("2027-01-20", hours(1)))), "2027-01-21T04:00:00.000000Z");
}

TEST(RepeatedSlots, AreCountedFromMidnightOnTheBanksDays) {
  const RepeatedSlot slot{.every = minutes(15), .zone = kSaoPaulo, .days = {.holidays = {day("2027-01-25")}}};
  EXPECT_EQ(slot.last(at("2027-01-20", minutes(44))), at("2027-01-20", minutes(30)));
  EXPECT_EQ(slot.next(at("2027-01-20", minutes(44))), at("2027-01-20", minutes(45)));
  // 23 and 24 January 2027 are a weekend, and the 25th is a holiday.
  EXPECT_EQ(slot.last(at("2027-01-23", hours(12))), std::nullopt);
  EXPECT_EQ(slot.last(at("2027-01-25", hours(12))), std::nullopt);
  EXPECT_EQ(slot.next(at("2027-01-22", hours(23) + minutes(50))), at("2027-01-26", minutes(0)));
  EXPECT_EQ(slot.next(at("2027-01-24", hours(1))), at("2027-01-26", minutes(0)));
  const RepeatedSlot always{.every = minutes(15), .zone = kSaoPaulo, .days = {.works_on_weekends = true}};
  EXPECT_EQ(always.last(at("2027-01-23", hours(12))), at("2027-01-23", hours(12)));
}

TEST(RepeatedSlots, HaveNoEndWhereTheBankNeverOpens) {
  RepeatedSlot slot{.every = minutes(15), .zone = kSaoPaulo, .days = {.works_on_weekends = true}};
  for (int n = 0; n < 1000; ++n) slot.days.holidays.insert(day("2027-01-01") + std::chrono::days(n));
  EXPECT_GT(slot.next(at("2027-01-20", hours(1))), at("2027-12-31", hours(1)));
}

}  // namespace
}  // namespace caudal::payments
