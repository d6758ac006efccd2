// SPDX-License-Identifier: Apache-2.0
// Parsing and printing of dates; time zones by Howard Hinnant's tz library over the machine's tzdata.
#include "base/date.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace caudal {
namespace {

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

Result<Date> parse_date(std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const auto y = digits(text.substr(0, 4));
    const auto m = digits(text.substr(5, 2));
    const auto d = digits(text.substr(8, 2));
    if (y && m && d && *y >= 1) {
      const std::chrono::year_month_day ymd{std::chrono::year(*y), std::chrono::month(static_cast<unsigned>(*m)),
                                            std::chrono::day(static_cast<unsigned>(*d))};
      if (ymd.ok()) return Date(ymd);
    }
  }
  return Error{Errc::invalid_value, fmt::format("'{}' is not a date; expected YYYY-MM-DD", text)};
}

std::string to_string(Date date) {
  const std::chrono::year_month_day ymd(date);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                     static_cast<unsigned>(ymd.day()));
}

Result<Month> parse_month(std::string_view text) {
  std::string_view month_text;
  if (text.size() == 7 && text[4] == '-') month_text = text.substr(5);
  if (text.size() == 6) month_text = text.substr(4);
  if (!month_text.empty()) {
    const auto y = digits(text.substr(0, 4));
    const auto m = digits(month_text);
    if (y && m && *y >= 1 && *m >= 1 && *m <= 12) {
      return Month(std::chrono::year(*y), std::chrono::month(static_cast<unsigned>(*m)));
    }
  }
  return Error{Errc::invalid_value, fmt::format("'{}' is not a month; expected YYYY-MM, such as 2024-01", text)};
}

std::string to_string(Month month) {
  return fmt::format("{:04}-{:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

std::string to_compact_string(Month month) {
  return fmt::format("{:04}{:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

Month month_of(Date date) {
  const std::chrono::year_month_day ymd(date);
  return {ymd.year(), ymd.month()};
}

Date first_day(Month month) { return Date(month / std::chrono::day(1)); }

std::string to_string(Timestamp instant) {
  const Date day = std::chrono::floor<std::chrono::days>(instant);
  const auto micros = (instant - day).count();
  return fmt::format("{}T{:02}:{:02}:{:02}.{:06}Z", to_string(day), micros / 3'600'000'000, micros / 60'000'000 % 60,
                     micros / 1'000'000 % 60, micros % 1'000'000);
}

Result<TimeZone> TimeZone::find(std::string_view name) {
  try {
    return TimeZone(std::string(name), date::locate_zone(std::string(name)));
  } catch (const std::exception&) {
    return Error{Errc::invalid_value,
                 fmt::format("time zone '{}' is not known on this machine; expected an IANA name such as "
                             "America/Sao_Paulo (is the package tzdata installed?)",
                             name)};
  }
}

Timestamp TimeZone::to_instant(Date date, std::chrono::minutes since_midnight) const {
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const date::local_time<std::chrono::minutes> local{date.time_since_epoch() + since_midnight};
  return std::chrono::time_point_cast<std::chrono::microseconds>(zone->to_sys(local, date::choose::earliest));
}

TimeZone::LocalTime TimeZone::to_local(Timestamp instant) const {
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const auto local = zone->to_local(std::chrono::floor<std::chrono::seconds>(instant));
  const auto day = std::chrono::floor<std::chrono::days>(local);
  return {Date(day.time_since_epoch()), local - day};
}

}  // namespace caudal
