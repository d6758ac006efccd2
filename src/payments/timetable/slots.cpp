// SPDX-License-Identifier: Apache-2.0
#include "payments/timetable/slots.h"

#include <fmt/format.h>

#include <charconv>

namespace caudal::payments {
namespace {

constexpr std::chrono::days kDay{1};
constexpr int kMostClosedDays = 370;  // in a row; more are a mistake in the settings

std::optional<int> two_digits(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = text.size() == 2 && error == std::errc() && end == text.data() + text.size();
  return is_number && value >= 0 && value <= most ? std::optional(value) : std::nullopt;
}

}  // namespace

Result<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  if (text.size() == 5 && text[2] == ':') {
    const auto hours = two_digits(text.substr(0, 2), 23);
    const auto minutes = two_digits(text.substr(3), 59);
    if (hours && minutes) return std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  }
  return Error{caudal::Errc::invalid_configuration, fmt::format("'{}' is no time of day such as 01:00", text)};
}

bool BankDays::is_open(Date day) const {
  if (holidays.contains(day)) return false;
  const std::chrono::weekday weekday(day);
  return works_on_weekends || (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday);
}

Timestamp DailySlot::last(Timestamp now) const {
  const Date today = zone.to_local(now).date;
  const Timestamp of_today = zone.to_instant(today, at);
  return of_today <= now ? of_today : zone.to_instant(today - kDay, at);
}

Timestamp DailySlot::next(Timestamp now) const {
  const Date today = zone.to_local(now).date;
  const Timestamp of_today = zone.to_instant(today, at);
  return of_today > now ? of_today : zone.to_instant(today + kDay, at);
}

std::optional<Timestamp> RepeatedSlot::last(Timestamp now) const {
  const TimeZone::LocalTime local = zone.to_local(now);
  if (!days.is_open(local.date)) return std::nullopt;
  // From midnight as it passes, not as clocks show it: on a day of 23 hours there are fewer slots, not uneven ones.
  const Timestamp midnight = zone.to_instant(local.date, std::chrono::minutes(0));
  return midnight + (now - midnight) / every * every;
}

Timestamp RepeatedSlot::next(Timestamp now) const {
  const Date today = zone.to_local(now).date;
  const Timestamp tomorrow = zone.to_instant(today + kDay, std::chrono::minutes(0));
  if (const auto before = last(now); before && *before + every < tomorrow) return *before + every;
  for (int day = 1; day < kMostClosedDays; ++day) {
    const Date date = today + std::chrono::days(day);
    if (days.is_open(date)) return zone.to_instant(date, std::chrono::minutes(0));
  }
  return zone.to_instant(today + std::chrono::days(kMostClosedDays), std::chrono::minutes(0));
}

}  // namespace caudal::payments
