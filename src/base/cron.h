// SPDX-License-Identifier: Apache-2.0
// Cron expressions: when a schedule is due. It only answers questions about time; whoever keeps a schedule acts on
// them.
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/result.h"

namespace caudal {

// Five fields, on the local clocks of a zone: minute (0-59), hour (0-23), day of the month (1-31), month (1-12 or
// JAN-DEC), day of the week (0-7 or SUN-SAT, where 0 and 7 are Sunday). Each is `*`, a value, a range `a-b`, either of
// the last with a step `/n`, or a list of these; also @hourly, @daily, @midnight, @weekly, @monthly, @yearly,
// @annually. As crontab(5) has it: when day of the month and day of the week are both restricted (neither begins with
// `*`), a day that fits either is due.
//
// Where local clocks jump: a time that a spring-forward gap leaves out is due once, at the first instant after the gap
// (together with all others of the gap). A time that an autumn overlap brings twice is due at the first of the two
// only.
//
// Immutable; thread-safe.
class Cron {
 public:
  // Errors: kUsage, naming the field, what it holds and what was expected; also for a date that never comes, such as
  // 30 February.
  static Result<Cron> parse(std::string_view text);

  // The first instant after `after` (never equal) that is due.
  Timestamp next(Timestamp after, const TimeZone& zone) const;
  // The instants due in (after, until], oldest first; of more than `limit` the newest.
  std::vector<Timestamp> due(Timestamp after, Timestamp until, const TimeZone& zone, size_t limit) const;

  const std::string& text() const { return text_; }

 private:
  Cron() = default;
  bool is_due_on(Date day) const;
  std::optional<Date> first_due_day(Date from) const;

  std::string text_;
  std::vector<std::chrono::minutes> times_;  // of a day, ascending
  std::bitset<32> days_of_month_;
  std::bitset<13> months_;
  std::bitset<7> days_of_week_;
  bool either_day_ = false;  // both day fields are restricted
};

}  // namespace caudal
