// SPDX-License-Identifier: Apache-2.0
// Finding parameters in SQL, past quotes and comments, and writing their values.
#include "flows/definition/sql_template.h"

#include <fmt/format.h>

#include <charconv>

#include "flows/definition/sql_text.h"

namespace caudal::flows {
namespace {

constexpr std::string_view kKnown =
    "known are ${dt_base}, ${month}, ${ano}, ${mes}, ${ano(dt_base - 12 months)} and dates with '+ n months' or '- n "
    "days'";

TextPlace place_at(const TextPlace& start, std::string_view text, size_t at) {
  TextPlace place = start;
  for (size_t i = 0; i < at; ++i) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = start.column;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      ++place.column;
    }
  }
  return place;
}

std::string_view next_word(std::string_view& rest) {
  const size_t begin = std::min(rest.find_first_not_of(' '), rest.size());
  rest.remove_prefix(begin);
  size_t end = 0;
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
    end = 1;
  } else {
    while (end < rest.size() && rest[end] != ' ' && rest[end] != '+' && rest[end] != '-') ++end;
  }
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

Date add_months(Date date, int months) {
  const std::chrono::year_month_day day(date);
  const std::chrono::year_month month = std::chrono::year_month(day.year(), day.month()) + std::chrono::months(months);
  const std::chrono::year_month_day moved = month / day.day();
  return moved.ok() ? Date(moved) : Date(month / std::chrono::last);  // 31 March less a month is the end of February
}

}  // namespace

SqlTemplate SqlTemplate::parse(std::string text, TextPlace start, Mistakes& mistakes) {
  SqlTemplate sql;
  sql.text_ = std::move(text);
  sql.start_ = std::move(start);
  const std::string_view all = sql.text_;
  for (size_t at = 0; at < all.size();) {
    if (const size_t after = skip_quoted(all, at); after != at) {
      at = after;
      continue;
    }
    if (!all.substr(at).starts_with("${")) {
      ++at;
      continue;
    }
    const size_t close = all.find('}', at);
    if (close == std::string_view::npos) {
      mistakes.add(place_at(sql.start_, all, at), "'${' is not closed by '}'");
      break;
    }
    Parameter parameter{at, close + 1};
    const std::string_view inside = all.substr(at + 2, close - at - 2);
    if (read_parameter(inside, parameter))
      sql.parameters_.push_back(parameter);
    else
      mistakes.add(place_at(sql.start_, all, at),
                   fmt::format("'${{{}}}' is no parameter; {}", inside.substr(0, 60), kKnown));
    at = close + 1;
  }
  if (all.find_first_not_of(" \t\r\n;") == std::string_view::npos) mistakes.add(sql.start_, "the statement is empty");
  return sql;
}

bool SqlTemplate::read_parameter(std::string_view inside, Parameter& parameter) {
  if (inside == "ano" || inside == "mes") {
    parameter.form = inside == "ano" ? Form::kYearNumber : Form::kMonthNumber;
    parameter.from_month = true;
    return true;
  }
  if (inside.ends_with(')') && (inside.starts_with("ano(") || inside.starts_with("mes("))) {
    parameter.form = inside.starts_with("ano") ? Form::kYearNumber : Form::kMonthNumber;
    return read_date(inside.substr(4, inside.size() - 5), parameter);
  }
  return read_date(inside, parameter);
}

// dt_base or month, with months or days added or taken away.
bool SqlTemplate::read_date(std::string_view rest, Parameter& parameter) {
  const std::string_view name = next_word(rest);
  if (name != "dt_base" && name != "month") return false;
  parameter.from_month = name == "month";
  const std::string_view sign = next_word(rest);
  if (sign.empty()) return true;
  const std::string_view number = next_word(rest);
  const std::string_view unit = next_word(rest);
  int count = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
  if (error != std::errc() || end != number.data() + number.size() || count < 0 || count > 10'000) return false;
  if (sign == "-") count = -count;
  if (unit == "month" || unit == "months")
    parameter.months = count;
  else if (unit == "day" || unit == "days")
    parameter.days = count;
  else
    return false;
  return (sign == "+" || sign == "-") && next_word(rest).empty();
}

std::string SqlTemplate::render(Date dt_base) const {
  const Month month = month_of(dt_base - std::chrono::days(1));
  std::string result;
  size_t copied = 0;
  for (const Parameter& parameter : parameters_) {
    result += std::string_view(text_).substr(copied, parameter.begin - copied);
    copied = parameter.end;
    const Date from = parameter.from_month ? first_day(month) : dt_base;
    const Date date = add_months(from, parameter.months) + std::chrono::days(parameter.days);
    const Month number = month_of(date);
    switch (parameter.form) {
      case Form::kDate: result += fmt::format("DATE '{}'", to_string(date)); break;
      case Form::kYearNumber: result += fmt::format("{}", static_cast<int>(number.year())); break;
      case Form::kMonthNumber: result += fmt::format("{}", static_cast<unsigned>(number.month())); break;
    }
  }
  result += std::string_view(text_).substr(copied);
  const size_t last = result.find_last_not_of(" \t\r\n;");
  result.resize(last == std::string::npos ? 0 : last + 1);
  return result;
}

}  // namespace caudal::flows
