// SPDX-License-Identifier: Apache-2.0
// Run ids as text: "YYYYMMDDTHHMMSS-xxxxxx".
#include "flows/runs/run_id.h"

#include <fmt/format.h>

#include <charconv>

#include "base/date.h"
#include "flows/runs/errors.h"

namespace caudal::runs {
namespace {

constexpr uint32_t kSuffixes = 1U << 24;
// Where several runs begin in one second, each next suffix is at most this much larger, so that many fit.
constexpr uint32_t kLargestStep = 1U << 12;

std::string second_text(Timestamp at) {
  std::string text;
  for (const char c : to_string(at)) {
    if (c == '.') break;
    if (c != '-' && c != ':') text += c;
  }
  return text;
}

Timestamp second_of(const RunId& id) {
  const std::string& text = id.text();
  const auto number = [&](size_t from, size_t size) {
    unsigned value = 0;
    std::from_chars(text.data() + from, text.data() + from + size, value);
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(0, 4))),
                                        std::chrono::month(number(4, 2)), std::chrono::day(number(6, 2))};
  return Date(day) + std::chrono::hours(number(9, 2)) + std::chrono::minutes(number(11, 2)) +
         std::chrono::seconds(number(13, 2));
}

uint32_t suffix_of(const RunId& id) {
  uint32_t value = 0;
  std::from_chars(id.text().data() + 16, id.text().data() + RunId::kSize, value, 16);
  return value;
}

bool has_form_of_id(std::string_view text) {
  if (text.size() != RunId::kSize || text[8] != 'T' || text[15] != '-') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    if (i < 15 && i != 8 && !digit) return false;
    if (i > 15 && !digit && !(c >= 'a' && c <= 'f')) return false;
  }
  const auto date = parse_date(fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)));
  return date && text.substr(9, 2) < "24" && text.substr(11, 2) < "60" && text.substr(13, 2) < "60";
}

}  // namespace

RunId RunId::make(Timestamp now, Random& random, const RunId& previous) {
  auto second = std::chrono::floor<std::chrono::seconds>(now);
  auto suffix = static_cast<uint32_t>(random.below(kSuffixes));
  if (!previous.empty() && second <= second_of(previous)) {
    second = std::chrono::floor<std::chrono::seconds>(second_of(previous));
    const uint32_t taken = suffix_of(previous);
    suffix = taken + 1 + static_cast<uint32_t>(random.below(kLargestStep));
    if (suffix >= kSuffixes) {
      second += std::chrono::seconds(1);
      suffix = static_cast<uint32_t>(random.below(kLargestStep));
    }
  }
  return RunId(fmt::format("{}-{:06x}", second_text(second), suffix));
}

Result<RunId> RunId::parse(std::string_view text) {
  if (!has_form_of_id(text)) {
    return Error{Errc::invalid_id,
                 fmt::format("'{}' is not the id of a run; expected one such as 20240201T060003-4f2a91 (`caudal flows "
                             "runs` lists them)",
                             text.substr(0, 64))};
  }
  return RunId(std::string(text));
}

}  // namespace caudal::runs
