// SPDX-License-Identifier: Apache-2.0
// Quoting and stepping over quotes.
#include "flows/definition/sql_text.h"

#include <algorithm>

namespace caudal::flows {
namespace {

std::string quote(std::string_view text, char mark) {
  std::string result(1, mark);
  for (const char c : text) {
    if (c == mark) result += mark;
    result += c;
  }
  return result + mark;
}

}  // namespace

std::string quote_identifier(std::string_view name) { return quote(name, '"'); }
std::string quote_text(std::string_view text) { return quote(text, '\''); }

size_t skip_quoted(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  const auto after = [&](std::string_view end, size_t from) {
    const size_t found = text.find(end, from);
    return found == std::string_view::npos ? text.size() : found + end.size();
  };
  if (rest.starts_with('\'')) return after("'", at + 1);  // a doubled quote is two quotes side by side: same end
  if (rest.starts_with('"')) return after("\"", at + 1);
  if (rest.starts_with("--")) return after("\n", at + 2);
  if (rest.starts_with("/*")) return after("*/", at + 2);
  return at;
}

std::string problem_of_expression(std::string_view text) {
  std::string open;
  bool something = false;
  for (size_t at = 0; at < text.size();) {
    const size_t after = skip_quoted(text, at);
    if (after != at) {
      const char first = text[at];
      if (first == '-' || first == '/') return "comments cannot stand in an expression";
      if (after == text.size() && (after - at < 2 || text.back() != first)) return "a quote is not closed";
      something = true;
      at = after;
      continue;
    }
    const char c = text[at++];
    if (c == ';') return "';' cannot stand in an expression";
    if (c == '(' || c == '[') open += c;
    if (c == ')' || c == ']') {
      if (open.empty() || open.back() != (c == ')' ? '(' : '[')) return "a bracket closes nothing";
      open.pop_back();
    }
    something = something || (c != ' ' && c != '\n' && c != '\t' && c != '\r');
  }
  if (!open.empty()) return "a bracket is not closed";
  return something ? "" : "it is empty";
}

bool is_plain_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= 128 && text[0] >= 'a' && text[0] <= 'z' &&
         std::all_of(text.begin(), text.end(), plain);
}

}  // namespace caudal::flows
