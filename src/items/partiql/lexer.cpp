// SPDX-License-Identifier: Apache-2.0
// The lexer of statements. What cannot be read at all is told without a detail, as recorded against the service.
#include "items/partiql/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "items/expressions/errors.h"

namespace caudal::items::partiql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_begin(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }
bool is_word_part(char c) { return is_word_begin(c) || is_digit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> all() {
    std::vector<Token> tokens;
    for (;;) {
      TRY(skip_blanks());
      Token token{.line = line_, .column = column_};
      const size_t begin = at_;
      if (at_ < text_.size()) TRY(read(token));
      token.length = static_cast<uint32_t>(characters(text_.substr(begin, at_ - begin)));
      tokens.push_back(std::move(token));
      if (begin == text_.size()) return tokens;
    }
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void go(size_t bytes) {
    const std::string_view passed = text_.substr(at_, bytes);
    for (size_t i = 0; i < passed.size(); ++i) {
      if (passed[i] == '\n') {
        ++line_;
        column_ = 1;
      } else if ((static_cast<unsigned char>(passed[i]) & 0xc0) != 0x80) {
        ++column_;
      }
    }
    at_ += passed.size();
  }
  static size_t characters(std::string_view bytes) {
    return static_cast<size_t>(std::count_if(bytes.begin(), bytes.end(),
                                             [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  }

  // Comments are blanks.
  Result<void> skip_blanks() {
    for (;;) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        go(1);
      } else if (c == '-' && peek(1) == '-') {
        go(std::min(text_.find('\n', at_), text_.size()) - at_);
      } else if (c == '/' && peek(1) == '*') {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return not_well_formed("");
        go(end + 2 - at_);
      } else {
        return {};
      }
    }
  }

  Result<void> read(Token& token) {
    const char c = peek();
    if (is_word_begin(c)) return word(token);
    if (c == '"') return quoted(token, TokenKind::kQuotedName);
    if (c == '\'') return quoted(token, TokenKind::kString);
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number(token);
    return sign(token);
  }

  Result<void> word(Token& token) {
    size_t length = 0;
    while (is_word_part(peek(length))) ++length;
    token.kind = TokenKind::kWord;
    token.text = text_.substr(at_, length);
    go(length);
    return {};
  }

  // A quote inside is doubled.
  Result<void> quoted(Token& token, TokenKind kind) {
    const char quote = peek();
    token.kind = kind;
    go(1);
    for (;;) {
      const size_t end = text_.find(quote, at_);
      if (end == std::string_view::npos) return not_well_formed("");
      token.text += text_.substr(at_, end - at_);
      go(end + 1 - at_);
      if (peek() != quote) return {};
      token.text += quote;
      go(1);
    }
  }

  Result<void> number(Token& token) {
    size_t length = 0;
    while (is_digit(peek(length))) ++length;
    if (peek(length) == '.') {
      ++length;
      while (is_digit(peek(length))) ++length;
    }
    if (peek(length) == 'e' || peek(length) == 'E') {
      size_t digits = length + 1;
      if (peek(digits) == '+' || peek(digits) == '-') ++digits;
      if (is_digit(peek(digits))) {
        length = digits;
        while (is_digit(peek(length))) ++length;
      }
    }
    token.kind = TokenKind::kNumber;
    token.text = text_.substr(at_, length);
    go(length);
    return {};
  }

  Result<void> sign(Token& token) {
    static constexpr std::array<std::string_view, 22> kSigns = {"<<", ">>", "<>", "!=", "<=", ">=", "=", "<",
                                                                ">",  "(",  ")",  "[",  "]",  "{",  "}", ",",
                                                                ".",  ":",  "*",  "+",  "-",  "?"};
    const std::string_view rest = text_.substr(at_);
    const auto* const found =
        std::find_if(kSigns.begin(), kSigns.end(), [&](std::string_view one) { return rest.starts_with(one); });
    if (found == kSigns.end()) return not_well_formed("");
    token.kind = TokenKind::kSign;
    token.text = *found;
    go(found->size());
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  uint32_t column_ = 1;
};

}  // namespace

std::string Token::position() const { return fmt::format("{}:{}:{}", line, column, length); }

Error not_well_formed(std::string_view detail) {
  return invalid_statement(fmt::format("Statement wasn't well formed, can't be processed: {}", detail));
}

Error invalid_statement(std::string message) { return {ExpressionErrc::invalid_expression, std::move(message)}; }

Result<std::vector<Token>> tokenize(std::string_view statement) {
  if (statement.size() > kMostStatementBytes) return not_well_formed("");
  return Lexer(statement).all();
}

}  // namespace caudal::items::partiql
