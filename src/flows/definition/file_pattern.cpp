// SPDX-License-Identifier: Apache-2.0
// Reading and matching file patterns. Matching backtracks, within a bound that no real name reaches.
#include "flows/definition/file_pattern.h"

#include <fmt/format.h>

#include "flows/definition/errors.h"

namespace caudal::flows {
namespace {

constexpr size_t kLongestPattern = 500;
constexpr size_t kLongestKey = 1024;
constexpr int kMostMatchSteps = 20'000;

Error invalid(std::string_view text, std::string_view problem) {
  return Error{
      DefinitionErrc::invalid_pattern,
      fmt::format("file pattern '{}': {}; expected something like raw/ingestion/tb_faturas_{{yyyyMM}}.csv[.gz]",
                  text.substr(0, 120), problem)};
}

bool has_hostile_part(std::string_view key) {
  for (const char c : key) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  size_t begin = 0;
  while (begin <= key.size()) {
    const size_t slash = std::min(key.find('/', begin), key.size());
    const std::string_view part = key.substr(begin, slash - begin);
    if (part == "." || part == "..") return true;
    begin = slash + 1;
  }
  return false;
}

// The number made by the first `count` characters, -1 when they are not all digits.
int digits(std::string_view text, size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

Result<FilePattern> FilePattern::parse(std::string_view text) {
  if (text.empty() || text.size() > kLongestPattern) return invalid(text, "must have 1 to 500 characters");
  if (has_hostile_part(text)) return invalid(text, "must not hold '.' or '..' as a folder, or control characters");
  FilePattern pattern;
  pattern.text_ = text;
  int years = 0;
  int months = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '}' || c == ']') return invalid(text, fmt::format("'{}' closes nothing", c));
    if (c == '{' || c == '[') {
      const size_t close = text.find(c == '{' ? '}' : ']', at);
      if (close == std::string_view::npos) return invalid(text, fmt::format("'{}' is not closed", c));
      const std::string_view word = text.substr(at + 1, close - at - 1);
      at = close + 1;
      if (c == '[') {
        if (word.empty() || word.find_first_of("{}[*") != std::string_view::npos)
          return invalid(text, "[...] must hold plain text");
        pattern.parts_.push_back({Part::Kind::kOptional, std::string(word)});
        continue;
      }
      if (word != "yyyyMM" && word != "yyyy" && word != "MM")
        return invalid(text, fmt::format("'{{{}}}' is unknown, known are {{yyyyMM}}, {{yyyy}} and {{MM}}", word));
      pattern.parts_.push_back({word == "yyyyMM" ? Part::Kind::kYearMonth
                                : word == "yyyy" ? Part::Kind::kYear
                                                 : Part::Kind::kMonth});
      years += word != "MM" ? 1 : 0;
      months += word != "yyyy" ? 1 : 0;
      continue;
    }
    if (c == '*') {
      pattern.parts_.push_back({Part::Kind::kAnything});
    } else if (!pattern.parts_.empty() && pattern.parts_.back().kind == Part::Kind::kText) {
      pattern.parts_.back().text += c;
    } else {
      pattern.parts_.push_back({Part::Kind::kText, std::string(1, c)});
    }
    ++at;
  }
  if (years == 0 || months == 0) return invalid(text, "must hold the month, as {yyyyMM} or {yyyy} and {MM}");
  if (pattern.parts_.front().kind == Part::Kind::kText) pattern.prefix_ = pattern.parts_.front().text;
  return pattern;
}

std::optional<Month> FilePattern::match(std::string_view key) const {
  if (key.size() > kLongestKey || has_hostile_part(key)) return std::nullopt;
  Found found;
  int steps_left = kMostMatchSteps;
  if (!match_from(0, key, found, steps_left)) return std::nullopt;
  return Month(std::chrono::year(found.year), std::chrono::month(static_cast<unsigned>(found.month)));
}

bool FilePattern::match_from(size_t part, std::string_view rest, Found& found, int& steps_left) const {
  if (--steps_left <= 0) return false;
  if (part == parts_.size()) return rest.empty();
  const Part& wanted = parts_[part];
  switch (wanted.kind) {
    case Part::Kind::kText:
      return rest.starts_with(wanted.text) && match_from(part + 1, rest.substr(wanted.text.size()), found, steps_left);
    case Part::Kind::kOptional:
      return (rest.starts_with(wanted.text) &&
              match_from(part + 1, rest.substr(wanted.text.size()), found, steps_left)) ||
             match_from(part + 1, rest, found, steps_left);
    case Part::Kind::kAnything:
      for (size_t taken = 0; taken <= rest.size(); ++taken) {
        if (match_from(part + 1, rest.substr(taken), found, steps_left)) return true;
        if (taken < rest.size() && rest[taken] == '/') return false;
      }
      return false;
    case Part::Kind::kYearMonth:
    case Part::Kind::kYear:
    case Part::Kind::kMonth: return match_digits(part, rest, found, steps_left);
  }
  return false;
}

// A month said twice, as in {yyyy}/{MM}/x_{yyyyMM}, must be the same both times.
bool FilePattern::match_digits(size_t part, std::string_view rest, Found& found, int& steps_left) const {
  const Part::Kind kind = parts_[part].kind;
  const size_t length = kind == Part::Kind::kYearMonth ? 6 : kind == Part::Kind::kYear ? 4 : 2;
  const int value = digits(rest, length);
  if (value < 0) return false;
  Found next = found;
  if (kind != Part::Kind::kMonth) next.year = kind == Part::Kind::kYear ? value : value / 100;
  if (kind != Part::Kind::kYear) next.month = kind == Part::Kind::kMonth ? value : value % 100;
  if (kind != Part::Kind::kMonth && (next.year < 1 || (found.year != 0 && found.year != next.year))) return false;
  if (kind != Part::Kind::kYear &&
      (next.month < 1 || next.month > 12 || (found.month != 0 && found.month != next.month)))
    return false;
  if (!match_from(part + 1, rest.substr(length), next, steps_left)) return false;
  found = next;
  return true;
}

std::string FilePattern::expected_key(Month month) const {
  const int year_number = static_cast<int>(month.year());
  const unsigned month_number = static_cast<unsigned>(month.month());
  std::string key;
  for (const Part& part : parts_) {
    switch (part.kind) {
      case Part::Kind::kText: key += part.text; break;
      case Part::Kind::kYearMonth: key += fmt::format("{:04}{:02}", year_number, month_number); break;
      case Part::Kind::kYear: key += fmt::format("{:04}", year_number); break;
      case Part::Kind::kMonth: key += fmt::format("{:02}", month_number); break;
      case Part::Kind::kAnything:
      case Part::Kind::kOptional: break;
    }
  }
  return key;
}

}  // namespace caudal::flows
