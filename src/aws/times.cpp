// SPDX-License-Identifier: Apache-2.0
#include "aws/times.h"

#include <fmt/format.h>

#include <array>

namespace caudal::aws {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct Fields {
  int year, month, day, hour, minute, second;
};

Fields fields_of(Timestamp instant) {
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<seconds>(instant - day));
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count())};
}

std::optional<Timestamp> instant_of(const Fields& f) {
  const std::chrono::year_month_day date(std::chrono::year(f.year), std::chrono::month(static_cast<unsigned>(f.month)),
                                         std::chrono::day(static_cast<unsigned>(f.day)));
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + hours(f.hour) + minutes(f.minute) + seconds(f.second);
}

// By hand, since every answer carries one and the general formatter costs ten times as much.
class Text {
 public:
  Text& add(std::string_view text) {
    text_.append(text);
    return *this;
  }
  // At least so many digits. Years before 0 are not written.
  Text& number(int value, int digits) {
    char reversed[12];
    int count = 0;
    for (unsigned left = static_cast<unsigned>(value); left > 0 || count < digits; left /= 10) {
      reversed[count++] = static_cast<char>('0' + left % 10);
    }
    while (count > 0) text_.push_back(reversed[--count]);
    return *this;
  }
  Text& clock(const Fields& f, std::string_view between) {
    return number(f.hour, 2).add(between).number(f.minute, 2).add(between).number(f.second, 2);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_ = reserved();
  static std::string reserved() {
    std::string text;
    text.reserve(30);
    return text;
  }
};

// Reads a text from its beginning; once something does not fit, ok() is false for good.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  int number(size_t digits) {
    int value = 0;
    if (rest_.size() < digits) return fail();
    for (size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  void literal(std::string_view text) {
    if (!rest_.starts_with(text)) {
      fail();
      return;
    }
    rest_.remove_prefix(text.size());
  }
  // 1 to 12.
  int month() {
    for (size_t i = 0; i < kMonths.size(); ++i) {
      if (rest_.starts_with(kMonths[i])) {
        rest_.remove_prefix(3);
        return static_cast<int>(i) + 1;
      }
    }
    return fail();
  }
  char next() const { return rest_.empty() ? '\0' : rest_.front(); }
  void skip(size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  int fail() {
    ok_ = false;
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

std::chrono::microseconds read_fraction(Reader& in) {
  int64_t micros = 0;
  int64_t unit = 100'000;
  int digits = 0;
  for (; in.next() >= '0' && in.next() <= '9' && digits < 9; ++digits) {
    micros += unit * (in.next() - '0');
    unit /= 10;
    in.skip(1);
  }
  if (digits == 0) in.literal("digit");
  return std::chrono::microseconds(micros);
}

}  // namespace

std::string to_basic_time(Timestamp instant) {
  const Fields f = fields_of(instant);
  return Text().number(f.year, 4).number(f.month, 2).number(f.day, 2).add("T").clock(f, "").add("Z").take();
}

std::optional<Timestamp> parse_basic_time(std::string_view text) {
  Reader in(text);
  Fields f{};
  f.year = in.number(4);
  f.month = in.number(2);
  f.day = in.number(2);
  in.literal("T");
  f.hour = in.number(2);
  f.minute = in.number(2);
  f.second = in.number(2);
  in.literal("Z");
  return in.at_end() ? instant_of(f) : std::nullopt;
}

std::string to_http_date(Timestamp instant) {
  const Fields f = fields_of(instant);
  const std::chrono::weekday weekday(std::chrono::floor<days>(instant));
  Text text;
  text.add(kWeekdays[weekday.c_encoding()]).add(", ").number(f.day, 2).add(" ");
  text.add(kMonths[static_cast<size_t>(f.month) - 1]).add(" ").number(f.year, 4).add(" ").clock(f, ":").add(" GMT");
  return text.take();
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  if (text.size() < 5 || text.substr(3, 2) != ", ") return std::nullopt;
  Reader in(text.substr(5));
  Fields f{};
  f.day = in.number(2);
  in.literal(" ");
  f.month = in.month();
  in.literal(" ");
  f.year = in.number(4);
  in.literal(" ");
  f.hour = in.number(2);
  in.literal(":");
  f.minute = in.number(2);
  in.literal(":");
  f.second = in.number(2);
  in.literal(" GMT");
  return in.at_end() ? instant_of(f) : std::nullopt;
}

std::string to_iso_time(Timestamp instant) {
  const Fields f = fields_of(instant);
  const auto second = std::chrono::floor<seconds>(instant);
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(instant - second).count();
  Text text;
  text.number(f.year, 4).add("-").number(f.month, 2).add("-").number(f.day, 2).add("T").clock(f, ":").add(".");
  return text.number(static_cast<int>(millis), 3).add("Z").take();
}

std::optional<Timestamp> parse_iso_time(std::string_view text) {
  Reader in(text);
  Fields f{};
  f.year = in.number(4);
  in.literal("-");
  f.month = in.number(2);
  in.literal("-");
  f.day = in.number(2);
  in.literal("T");
  f.hour = in.number(2);
  in.literal(":");
  f.minute = in.number(2);
  in.literal(":");
  f.second = in.number(2);
  std::chrono::microseconds more(0);
  if (in.next() == '.') {
    in.skip(1);
    more = read_fraction(in);
  }
  if (in.next() == '+' || in.next() == '-') {
    const int sign = in.next() == '+' ? -1 : 1;
    in.skip(1);
    const int hour = in.number(2);
    in.literal(":");
    more += sign * (hours(hour) + minutes(in.number(2)));
  } else {
    in.literal("Z");
  }
  if (!in.at_end()) return std::nullopt;
  const auto instant = instant_of(f);
  return instant ? std::optional(*instant + more) : std::nullopt;
}

}  // namespace caudal::aws
