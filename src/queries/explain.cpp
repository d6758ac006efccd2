// SPDX-License-Identifier: Apache-2.0
// Reads the words before an explained statement.
#include "queries/explain.h"

#include <cctype>

namespace caudal::queries {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Spaces, -- comments and nesting /* comments */, as PostgreSQL's lexer has them.
void skip_blank(std::string_view& text) {
  while (!text.empty()) {
    if (is_space(text.front())) {
      text.remove_prefix(1);
    } else if (text.starts_with("--")) {
      const size_t end = text.find('\n');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    } else if (text.starts_with("/*")) {
      size_t depth = 0;
      do {
        if (text.starts_with("/*")) {
          ++depth;
          text.remove_prefix(2);
        } else if (text.starts_with("*/")) {
          --depth;
          text.remove_prefix(2);
        } else {
          text.remove_prefix(1);
        }
      } while (depth > 0 && !text.empty());
    } else {
      return;
    }
  }
}

// Takes `word` (given in lower case) off the front, in any case.
bool take_word(std::string_view& text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) != word[i]) return false;
  }
  if (text.size() > word.size() && is_word(text[word.size()])) return false;
  text.remove_prefix(word.size());
  return true;
}

}  // namespace

std::optional<std::string_view> explained_statement(std::string_view sql) {
  skip_blank(sql);
  if (!take_word(sql, "explain")) return std::nullopt;
  skip_blank(sql);
  if (take_word(sql, "analyze")) skip_blank(sql);
  // Options, (ANALYZE, FORMAT JSON), hold words only; a statement in parentheses is left alone, since it begins with a
  // word that no option has.
  if (sql.starts_with('(')) {
    std::string_view inside = sql.substr(1);
    skip_blank(inside);
    const bool is_options = take_word(inside, "analyze") || take_word(inside, "format");
    const size_t end = sql.find(')');
    if (is_options && end != std::string_view::npos) sql.remove_prefix(end + 1);
  }
  skip_blank(sql);
  return sql;
}

}  // namespace caudal::queries
