// SPDX-License-Identifier: Apache-2.0
// When the slots of a bank's day are: by the clocks of its zone, on its days.
#include "payments/timetable/slots.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

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

// In Lisbon clocks go from 00:59 to 02:00 on 28 March 2027, and from 01:59 back to 01:00 on 31 October.
TEST(DailySlots, AreOnceADayWhenClocksChange) {
  const TimeZone lisbon = unwrap(TimeZone::find("Europe/Lisbon"));
  for (const char* const changes : {"2027-03-28", "2027-10-31"}) {
    const DailySlot slot{.at = hours(1) + minutes(30), .zone = lisbon};
    Timestamp now = lisbon.to_instant(day(changes) - std::chrono::days(2), hours(12));
    std::vector<Date> days;
    for (int n = 0; n < 4; ++n) {
      now = slot.next(now);
      days.push_back(lisbon.to_local(now).date);
      EXPECT_EQ(slot.last(now), now) << changes;
      EXPECT_LT(slot.last(now - std::chrono::microseconds(1)), now) << changes;
    }
    for (size_t n = 0; n < days.size(); ++n) {
      EXPECT_EQ(days[n], day(changes) + std::chrono::days(static_cast<int>(n) - 1)) << changes;
    }
  }
}

TEST(RepeatedSlots, AreUnevenOnNoDay) {
  const TimeZone lisbon = unwrap(TimeZone::find("Europe/Lisbon"));
  const RepeatedSlot slot{.every = minutes(15), .zone = lisbon, .days = {.works_on_weekends = true}};
  for (const auto& [changes, slots] : {std::pair("2027-03-28", 23 * 4), std::pair("2027-10-31", 25 * 4)}) {
    const Timestamp end = lisbon.to_instant(day(changes) + std::chrono::days(1), minutes(0));
    int count = 0;
    for (Timestamp now = lisbon.to_instant(day(changes), minutes(0)); now < end; ++count) {
      const Timestamp next = slot.next(now);
      EXPECT_EQ(next - now, minutes(15)) << changes;
      now = next;
    }
    EXPECT_EQ(count, slots) << changes;
  }
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
