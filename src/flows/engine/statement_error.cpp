// SPDX-License-Identifier: Apache-2.0
#include "flows/engine/statement_error.h"

#include <charconv>
#include <string_view>

namespace caudal::flows::engine {
namespace {

constexpr std::string_view kLine = "LINE ";

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == '\n' || c == ' ' || c == '\r';
    if (is_space && (line.empty() || line.back() == ' ')) continue;
    line += is_space ? ' ' : c;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace

StatementError statement_error(const Error& error) {
  const std::string_view text = error.message;
  const size_t at = text.starts_with(kLine) ? 0 : text.find("\nLINE ");
  if (at == std::string_view::npos) return {.message = on_one_line(text)};
  StatementError told{.message = on_one_line(text.substr(0, at))};
  const std::string_view shown = text.substr(text.find(kLine, at));
  const char* const end = shown.data() + shown.size();
  const auto [number_end, failure] = std::from_chars(shown.data() + kLine.size(), end, told.line);
  if (failure != std::errc()) return {.message = told.message};
  const size_t first = static_cast<size_t>(number_end - shown.data()) + 2;  // after ": "
  const size_t line_end = shown.find('\n');
  if (line_end == std::string_view::npos || shown.substr(first).starts_with("...")) return told;
  const size_t caret = shown.find('^', line_end);
  if (caret != std::string_view::npos && caret - line_end - 1 >= first)
    told.column = static_cast<int>(caret - line_end - 1 - first) + 1;
  return told;
}

}  // namespace caudal::flows::engine
