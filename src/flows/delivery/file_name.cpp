// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/file_name.h"

#include <fmt/format.h>

#include "flows/delivery/encoding.h"
#include "flows/delivery/errors.h"

namespace caudal::delivery {
namespace {

constexpr size_t kMaxNameBytes = 255;
constexpr size_t kMaxShownBytes = 80;
constexpr std::string_view kCompact = "{yyyyMM}";
constexpr std::string_view kDashed = "{yyyy-MM}";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('/') + 1); }

bool is_month_shaped(std::string_view text, bool dashed) {
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash_here = dashed && i == 4;
    if (dash_here ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

}  // namespace

std::string printable_name(std::string_view name) {
  std::string out;
  std::string_view left = name;
  while (!left.empty() && out.size() < kMaxShownBytes) {
    const size_t size = utf8_sequence_size(left);
    if (size == 0 || is_control(left[0])) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(left[0]));
      left.remove_prefix(1);
    } else {
      out.append(left.substr(0, size));
      left.remove_prefix(size);
    }
  }
  if (!left.empty()) out += fmt::format("... ({} bytes)", name.size());
  return out;
}

Result<void> check_file_name(std::string_view name) {
  const auto refuse = [&](std::string_view why) {
    return Error{Errc::bad_name, fmt::format("file name '{}' is refused: {}; ask the sender for a plain name such as "
                                             "tb_faturas_202401.csv",
                                             printable_name(name), why)};
  };
  if (name.empty()) return refuse("it is empty");
  if (name.size() > kMaxNameBytes) {
    return refuse(fmt::format("it has {} bytes, at most {} are accepted", name.size(), kMaxNameBytes));
  }
  if (name == "." || name == "..") return refuse("it names a folder");
  for (const char c : name) {
    if (c == '/' || c == '\\') return refuse("it contains a path separator");
    if (is_control(c)) return refuse("it contains a control character");
  }
  if (!is_utf8(name)) return refuse("it is not valid UTF-8");
  return {};
}

Result<NamePattern> NamePattern::parse(std::string_view pattern) {
  const auto refuse = [&](std::string_view why) {
    return Error{Errc::bad_pattern, fmt::format("pattern '{}' {}; write it as raw/ingestion/tb_faturas_{{yyyyMM}}.csv",
                                                printable_name(pattern), why)};
  };
  size_t at = pattern.find(kCompact);
  const bool dashed = at == std::string_view::npos;
  if (dashed) at = pattern.find(kDashed);
  if (at == std::string_view::npos) return refuse("has no {yyyyMM} or {yyyy-MM}");
  const std::string_view prefix = pattern.substr(0, at);
  const std::string_view suffix = pattern.substr(at + (dashed ? kDashed : kCompact).size());
  if (prefix.find_first_of("{}") != std::string_view::npos || suffix.find_first_of("{}") != std::string_view::npos) {
    return refuse("has more than one placeholder, or one that is not {yyyyMM} or {yyyy-MM}");
  }
  if (suffix.find('/') != std::string_view::npos) return refuse("has its month in a folder, not in the file's name");
  if (suffix.ends_with(".gz")) return refuse("ends in .gz, which is accepted anyway: leave it out");
  return NamePattern(std::string(prefix), std::string(suffix), dashed);
}

Result<std::optional<Month>> NamePattern::match(std::string_view key) const {
  if (!key.starts_with(prefix_)) return std::optional<Month>{};
  std::string_view rest = key.substr(prefix_.size());
  const size_t month_size = dashed_ ? 7 : 6;
  if (rest.size() < month_size) return std::optional<Month>{};
  const std::string_view month = rest.substr(0, month_size);
  rest.remove_prefix(month_size);
  if (rest != suffix_ && !(rest.ends_with(".gz") && rest.substr(0, rest.size() - 3) == suffix_)) {
    return std::optional<Month>{};
  }
  if (!is_month_shaped(month, dashed_)) return std::optional<Month>{};
  if (auto checked = check_file_name(last_part(key)); !checked) return std::move(checked).error();
  const auto parsed = parse_month(month);
  if (!parsed) {
    return Error{
        Errc::bad_name,
        fmt::format("file name '{}': '{}' is not a month; expected a name such as {}", printable_name(last_part(key)),
                    month, last_part(name_for(Month{std::chrono::year{2024}, std::chrono::January})))};
  }
  return std::optional<Month>{*parsed};
}

std::string NamePattern::name_for(Month month) const {
  return prefix_ + (dashed_ ? to_string(month) : to_compact_string(month)) + suffix_;
}

}  // namespace caudal::delivery
