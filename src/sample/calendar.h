// SPDX-License-Identifier: Apache-2.0
// The days of a sample's period, counted from its first, with their text and month at hand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"

namespace caudal::sample {

// Immutable after construction. Days and months count from 0, the first of `start`. Reaches kSlackMonths past the
// period, because the last invoices fall due after it.
class Calendar {
 public:
  static constexpr int kSlackMonths = 4;
  Calendar(Month start, int months);

  int months() const { return months_; }
  // Days of the period itself; a later day is known to the calendar but no file is delivered for it.
  int period_days() const { return first_day_[static_cast<size_t>(months_)]; }
  int day_of(int month, int day_of_month) const { return first_day_[static_cast<size_t>(month)] + day_of_month - 1; }
  int month_of_day(int day) const { return month_of_day_[static_cast<size_t>(day)]; }
  // "2024-01-31".
  std::string_view text(int day) const { return {text_.data() + static_cast<size_t>(day) * 10, 10}; }
  Month month(int index) const { return start_ + std::chrono::months{index}; }
  // How much more, in percent, clients spend in that month than in a plain one: Black Friday, Christmas, the lean
  // months after them.
  int season_percent(int month) const;

 private:
  Month start_;
  int months_;
  std::vector<int> first_day_;
  std::vector<int> month_of_day_;
  std::string text_;
};

}  // namespace caudal::sample
