// SPDX-License-Identifier: Apache-2.0
#include "queries/show_pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "queries/errors.h"
#include "queries/sql_text.h"

namespace caudal::queries {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// `.*` and repeated stars as one star.
std::string simplified(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with(".*")) continue;  // its star follows
    if (text[i] != '*' || !out.ends_with('*')) out += text[i];
  }
  return out;
}

// Goes back to the last star only, so it takes no more than the product of the lengths.
bool fits(std::string_view pattern, std::string_view name) {
  size_t at = 0;
  size_t star = std::string_view::npos;
  size_t taken = 0;  // of the name, by all up to and with the last star
  for (size_t i = 0; i < name.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = i;
    } else if (at < pattern.size() && (pattern[at] == '.' || pattern[at] == name[i])) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  if (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

}  // namespace

Result<ShowPattern> ShowPattern::parse(std::string_view text) {
  if (text.find('%') != std::string_view::npos) {
    std::string other(text);
    std::ranges::replace(other, '%', '*');
    return Error{make_error_code(Errc::statement_refused),
                 fmt::format("the pattern of SHOW has * for any characters, as in Athena, not %: write '{}'", other)};
  }
  ShowPattern pattern;
  for (;;) {
    const size_t bar = text.find('|');
    pattern.alternatives_.push_back(simplified(lower(trimmed(text.substr(0, bar)))));
    if (bar == std::string_view::npos) return pattern;
    text.remove_prefix(bar + 1);
  }
}

bool ShowPattern::matches(std::string_view name) const {
  const std::string lowered = lower(name);
  return std::ranges::any_of(alternatives_, [&](const std::string& pattern) { return fits(pattern, lowered); });
}

}  // namespace caudal::queries
