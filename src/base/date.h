// SPDX-License-Identifier: Apache-2.0
// Calendar dates, months and instants as text. All are proleptic Gregorian and UTC unless a zone is named.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace caudal {

using Date = std::chrono::sys_days;
using Month = std::chrono::year_month;

// "2024-01-31". Refuses impossible dates and years outside 0001–9999.
Result<Date> parse_date(std::string_view text);
std::string to_string(Date date);

// "2024-01", or "202401".
Result<Month> parse_month(std::string_view text);
std::string to_string(Month month);          // "2024-01"
std::string to_compact_string(Month month);  // "202401"

Month month_of(Date date);
Date first_day(Month month);

// "2024-01-31T23:59:59.123456Z".
std::string to_string(Timestamp instant);

// An IANA time zone such as "America/Sao_Paulo". Immutable, cheap to copy.
class TimeZone {
 public:
  // Error when the zone is not in the machine's tz database.
  static Result<TimeZone> find(std::string_view name);
  // The instant at which local clocks of the zone show `date` and `since_midnight`; in a spring-forward gap the first
  // instant after it, in an autumn overlap the earlier of the two.
  Timestamp to_instant(Date date, std::chrono::minutes since_midnight) const;
  // Local date and time of day at `instant`.
  struct LocalTime {
    Date date;
    std::chrono::seconds since_midnight;
  };
  LocalTime to_local(Timestamp instant) const;
  const std::string& name() const { return name_; }

 private:
  TimeZone(std::string name, const void* zone) : name_(std::move(name)), zone_(zone) {}
  std::string name_;
  const void* zone_;  // date::time_zone, owned by the tz library for the life of the process
};

}  // namespace caudal
