// SPDX-License-Identifier: Apache-2.0
// Finds pairs of identifiers in SQL text.
#include "queries/qualified_names.h"

#include "queries/sql_text.h"

namespace caudal::queries {
namespace {

// The identifier behind a dot, if that is what comes next.
std::optional<std::string> take_dotted(std::string_view& text) {
  std::string_view rest = text;
  skip_blank(rest);
  if (!rest.starts_with('.')) return std::nullopt;
  rest.remove_prefix(1);
  skip_blank(rest);
  std::optional<std::string> name = take_identifier(rest);
  if (name) text = rest;
  return name;
}

// Numbers hold dots too: 1.5e3.
void skip_other(std::string_view& text) {
  if (text.starts_with('\'')) {
    take_quoted(text, '\'');
    return;
  }
  size_t size = 1;
  if (std::isdigit(static_cast<unsigned char>(text.front())) != 0) {
    while (size < text.size() && (is_word(text[size]) || text[size] == '.')) ++size;
  }
  text.remove_prefix(size);
}

}  // namespace

std::set<std::pair<std::string, std::string>> qualified_names(std::string_view sql) {
  std::set<std::pair<std::string, std::string>> names;
  for (skip_blank(sql); !sql.empty(); skip_blank(sql)) {
    std::optional<std::string> left = take_identifier(sql);
    if (!left) {
      skip_other(sql);
      continue;
    }
    while (std::optional<std::string> right = take_dotted(sql)) {
      names.emplace(lower(*left), lower(*right));
      left = std::move(right);
    }
  }
  return names;
}

}  // namespace caudal::queries
