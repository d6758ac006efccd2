// SPDX-License-Identifier: Apache-2.0
// Reads the words before an explained statement.
#include "queries/explain.h"

#include "queries/sql_text.h"

namespace caudal::queries {
namespace {

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
