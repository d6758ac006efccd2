// SPDX-License-Identifier: Apache-2.0
// Expressions as words: the lexer, and the error of a word that does not belong where it stands. Knows no grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::items {

// The parameter that an expression came in.
enum class ExpressionKind : uint8_t { kCondition, kFilter, kKeyCondition, kUpdate, kProjection };
// "ConditionExpression", …
std::string_view to_string(ExpressionKind kind);
// "Invalid ConditionExpression: " and the message.
Error invalid_expression(ExpressionKind kind, std::string_view message);

inline constexpr size_t kMostExpressionBytes = 4096;

enum class TokenKind : uint8_t {
  kEnd,
  kWord,   // a letter, then letters, digits and underscores: names, functions, keywords
  kName,   // "#…"
  kValue,  // ":…"
  kDigits,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kPlus,
  kMinus,
  kOpen,
  kClose,
  kOpenIndex,
  kCloseIndex,
  kDot,
  kComma,
  kUnknown,  // one character that no expression holds
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t begin = 0;  // bytes into the expression
  uint32_t end = 0;
};

// The words of one expression, and a place among them. `text` must outlive it.
class Tokens {
 public:
  // An error for an expression that is empty or too long.
  static Result<Tokens> of(ExpressionKind kind, std::string_view text);

  ExpressionKind kind() const { return kind_; }
  const Token& peek() const { return tokens_[at_]; }
  // The one after that; kEnd at the end.
  const Token& peek_second() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }
  bool at(TokenKind kind) const { return peek().kind == kind; }
  std::string_view text(const Token& token) const { return text_.substr(token.begin, token.end - token.begin); }
  // The token that is next, and goes on to the one after it; never beyond the end.
  Token take();
  // Whether it was next, and was taken.
  bool accept(TokenKind kind);
  Result<void> expect(TokenKind kind);
  // Whether the word that is next is this one, in any case.
  bool at_word(std::string_view upper_case) const;
  bool accept_word(std::string_view upper_case);
  // The next token does not belong here: 'Syntax error; token: "x", near: "a x b"'.
  Error unexpected() const;
  Error invalid(std::string_view message) const { return invalid_expression(kind_, message); }

 private:
  ExpressionKind kind_ = ExpressionKind::kCondition;
  std::string_view text_;
  std::vector<Token> tokens_;  // the last is kEnd
  size_t at_ = 0;
};

}  // namespace caudal::items
