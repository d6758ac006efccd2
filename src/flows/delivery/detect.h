// SPDX-License-Identifier: Apache-2.0
// Decimal mark and order of dates, from the evidence of a file's own values, where the contract leaves them open.
#pragma once

#include <cstdint>
#include <string_view>

#include "flows/delivery/schema.h"

namespace caudal::delivery {

// Counts values that can be read in one way only. Values that fit both ways (12) and those that would be
// thousands without any decimal comma (1.234) say nothing.
class FormatVotes {
 public:
  void add(std::string_view value, const ColumnType& type);
  // More votes win; without any, the decimal point and ISO dates.
  DecimalMark decimal_mark() const { return comma_ > point_ ? DecimalMark::kComma : DecimalMark::kPoint; }
  DateOrder date_order() const { return day_first_ > iso_ ? DateOrder::kDayMonthYear : DateOrder::kIso; }

 private:
  uint64_t point_ = 0;
  uint64_t comma_ = 0;
  uint64_t iso_ = 0;
  uint64_t day_first_ = 0;
};

}  // namespace caudal::delivery
