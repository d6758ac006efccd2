// SPDX-License-Identifier: Apache-2.0
// The slots of a bank's day: when there was one last, and when the next one is. Only the arithmetic.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string_view>

#include "base/date.h"
#include "base/result.h"

namespace caudal::payments {

// "01:00", as minutes from midnight. Errors: of class kUsage.
Result<std::chrono::minutes> parse_time_of_day(std::string_view text);

// On which days money moves. Immutable.
struct BankDays {
  std::set<Date> holidays = {};
  bool works_on_weekends = false;
  bool is_open(Date day) const;
};

// Once a day, on every day, at a time by the clocks of the zone.
struct DailySlot {
  std::chrono::minutes at;
  TimeZone zone;
  // The last one that is not after `now`.
  Timestamp last(Timestamp now) const;
  Timestamp next(Timestamp now) const;
};

// Every so many minutes on the bank's days, counted from midnight by the clocks of the zone.
struct RepeatedSlot {
  std::chrono::minutes every;
  TimeZone zone;
  BankDays days;
  // Nothing when the bank is closed on the day of `now`: what was missed before waits for the bank to open.
  std::optional<Timestamp> last(Timestamp now) const;
  Timestamp next(Timestamp now) const;
};

}  // namespace caudal::payments
