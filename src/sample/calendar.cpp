// SPDX-License-Identifier: Apache-2.0
// Tables of days, made once.
#include "sample/calendar.h"

namespace caudal::sample {

Calendar::Calendar(Month start, int months) : start_(start), months_(months) {
  const Date origin = first_day(start);
  for (int index = 0; index <= months + kSlackMonths; ++index) {
    first_day_.push_back(static_cast<int>((first_day(month(index)) - origin).count()));
  }
  for (int index = 0; index < months + kSlackMonths; ++index) {
    for (int day = first_day_[static_cast<size_t>(index)]; day < first_day_[static_cast<size_t>(index) + 1]; ++day) {
      month_of_day_.push_back(index);
      text_ += to_string(origin + std::chrono::days{day});
    }
  }
}

int Calendar::season_percent(int month_index) const {
  constexpr int kPercent[12] = {92, 86, 95, 97, 106, 100, 98, 99, 97, 103, 124, 138};
  return kPercent[static_cast<unsigned>(month(month_index).month()) - 1];
}

}  // namespace caudal::sample
