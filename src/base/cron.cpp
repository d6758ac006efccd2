// SPDX-License-Identifier: Apache-2.0
// Reading cron expressions, and walking the calendar for them.
#include "base/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>

#include "base/check.h"

namespace caudal {
namespace {

struct Field {
  const char* name;
  int low;
  int high;
  std::vector<std::string_view> words;  // for low, low + 1, ...
};

const std::array<Field, 5>& fields() {
  static const std::array<Field, 5> table = {
      Field{"minute", 0, 59, {}}, Field{"hour", 0, 23, {}}, Field{"day of the month", 1, 31, {}},
      Field{"month", 1, 12, {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
      Field{"day of the week", 0, 7, {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}}};
  return table;
}

using Values = std::bitset<60>;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t from = 0;
  for (size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator, from)) {
    parts.push_back(text.substr(from, at - from));
    from = at + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::vector<std::string_view> split_fields(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const size_t end = std::min(text.find_first_of(" \t", at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
  return parts;
}

std::optional<int> parse_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.starts_with('-')) return std::nullopt;
  return value;
}

std::optional<int> parse_value(std::string_view text, const Field& field) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto word = std::find(field.words.begin(), field.words.end(), upper);
  if (word != field.words.end()) return field.low + static_cast<int>(word - field.words.begin());
  const auto number = parse_number(text);
  if (!number || *number < field.low || *number > field.high) return std::nullopt;
  return number;
}

// One element of a list: "*", "5", "1-5", "*/2", "10-40/10".
bool add_element(std::string_view element, const Field& field, Values& values) {
  const auto halves = split(element, '/');
  if (halves.size() > 2) return false;
  int step = 1;
  if (halves.size() == 2) {
    const auto parsed = parse_number(halves[1]);
    if (!parsed || *parsed < 1) return false;
    step = *parsed;
  }
  int low = field.low;
  int high = field.high;
  if (halves[0] != "*") {
    const auto ends = split(halves[0], '-');
    const auto first = parse_value(ends[0], field);
    const auto last = ends.size() == 2 ? parse_value(ends[1], field) : first;
    // A step after a single value says nothing sure: cron implementations differ on it.
    if (ends.size() > 2 || !first || !last || *first > *last || (ends.size() == 1 && halves.size() == 2)) return false;
    low = *first;
    high = *last;
  }
  for (int64_t value = low; value <= high; value += step) values.set(static_cast<size_t>(value));
  return true;
}

Error field_error(std::string_view text, const Field& field, std::string_view found) {
  std::string words;
  if (!field.words.empty()) words = fmt::format(" or {}-{}", field.words.front(), field.words.back());
  return {Errc::invalid_value,
          fmt::format("cron '{}': the {} is '{}'; expected *, values from {} to {}{}, ranges a-b, steps */n or a-b/n, "
                      "or a list of these with commas",
                      text, field.name, found, field.low, field.high, words)};
}

std::string_view expand(std::string_view text) {
  constexpr std::array<std::array<std::string_view, 2>, 7> kMacros = {{{"@hourly", "0 * * * *"},
                                                                       {"@daily", "0 0 * * *"},
                                                                       {"@midnight", "0 0 * * *"},
                                                                       {"@weekly", "0 0 * * 0"},
                                                                       {"@monthly", "0 0 1 * *"},
                                                                       {"@yearly", "0 0 1 1 *"},
                                                                       {"@annually", "0 0 1 1 *"}}};
  for (const auto& [name, meaning] : kMacros) {
    if (text == name) return meaning;
  }
  return text;
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  if (text.size() > 1000) return Error{Errc::invalid_value, "a cron expression has at most 1000 characters"};
  const auto parts = split_fields(expand(text));
  if (parts.size() != fields().size()) {
    return Error{Errc::invalid_value,
                 fmt::format("cron '{}' has {} fields; expected five (minute, hour, day of the month, month, day of "
                             "the week), such as '0 6 3 * *' for 06:00 on the 3rd",
                             text, parts.size())};
  }
  std::array<Values, 5> values;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (const std::string_view element : split(parts[i], ',')) {
      if (!add_element(element, fields()[i], values[i])) return field_error(text, fields()[i], parts[i]);
    }
  }
  Cron cron;
  cron.text_ = text;
  for (size_t hour = 0; hour < 24; ++hour) {
    for (size_t minute = 0; minute < 60; ++minute) {
      if (values[1][hour] && values[0][minute]) cron.times_.emplace_back(hour * 60 + minute);
    }
  }
  for (size_t day = 1; day <= 31; ++day) cron.days_of_month_[day] = values[2][day];
  for (size_t month = 1; month <= 12; ++month) cron.months_[month] = values[3][month];
  for (size_t day = 0; day <= 7; ++day) {
    if (values[4][day]) cron.days_of_week_.set(day % 7);
  }
  cron.either_day_ = !parts[2].starts_with('*') && !parts[4].starts_with('*');
  if (!cron.first_due_day(Date(std::chrono::days(0)))) {
    return Error{
        Errc::invalid_value,
        fmt::format("cron '{}' names a day that never comes; check the day of the month against the month", text)};
  }
  return cron;
}

bool Cron::is_due_on(Date day) const {
  const std::chrono::year_month_day ymd(day);
  if (!months_[static_cast<unsigned>(ymd.month())]) return false;
  const bool of_month = days_of_month_[static_cast<unsigned>(ymd.day())];
  const bool of_week = days_of_week_[std::chrono::weekday(day).c_encoding()];
  return either_day_ ? of_month || of_week : of_month && of_week;
}

std::optional<Date> Cron::first_due_day(Date from) const {
  // 29 February on one given weekday ("29 2 */7" style) may need 40 years; then the calendar has shown all it has.
  constexpr std::chrono::days kLongest(366 * 41);
  for (Date day = from; day <= from + kLongest; day += std::chrono::days(1)) {
    if (is_due_on(day)) return day;
  }
  return std::nullopt;
}

Timestamp Cron::next(Timestamp after, const TimeZone& zone) const {
  // A day earlier than the local one: in an overlap, local clocks have shown later times before.
  Date from = zone.to_local(after).date - std::chrono::days(1);
  while (true) {
    const auto day = first_due_day(from);
    CHECK(day.has_value(), "parse() refuses expressions that are never due");
    // to_instant never goes back as local time goes on, so the first time of the day that is late enough is found by
    // halving.
    const auto found = std::partition_point(
        times_.begin(), times_.end(), [&](std::chrono::minutes time) { return zone.to_instant(*day, time) <= after; });
    if (found != times_.end()) return zone.to_instant(*day, *found);
    from = *day + std::chrono::days(1);
  }
}

std::vector<Timestamp> Cron::due(Timestamp after, Timestamp until, const TimeZone& zone, size_t limit) const {
  std::deque<Timestamp> found;
  for (Timestamp at = next(after, zone); at <= until; at = next(at, zone)) {
    found.push_back(at);
    if (found.size() > limit) found.pop_front();
  }
  return {found.begin(), found.end()};
}

}  // namespace caudal
