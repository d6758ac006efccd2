// SPDX-License-Identifier: Apache-2.0
// The lexer of expressions.
#include "items/expressions/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "items/expressions/errors.h"

namespace caudal::items {
namespace {

constexpr std::array<std::string_view, 5> kKindNames = {
    "ConditionExpression", "FilterExpression", "KeyConditionExpression", "UpdateExpression", "ProjectionExpression"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word_part(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

TokenKind sign_kind(std::string_view text) {
  const char next = text.size() > 1 ? text[1] : '\0';
  switch (text.front()) {
    case '=': return TokenKind::kEqual;
    case '<': return next == '>' ? TokenKind::kNotEqual : next == '=' ? TokenKind::kLessOrEqual : TokenKind::kLess;
    case '>': return next == '=' ? TokenKind::kGreaterOrEqual : TokenKind::kGreater;
    case '+': return TokenKind::kPlus;
    case '-': return TokenKind::kMinus;
    case '(': return TokenKind::kOpen;
    case ')': return TokenKind::kClose;
    case '[': return TokenKind::kOpenIndex;
    case ']': return TokenKind::kCloseIndex;
    case '.': return TokenKind::kDot;
    case ',': return TokenKind::kComma;
    default: return TokenKind::kUnknown;
  }
}

bool has_two_characters(TokenKind kind) {
  return kind == TokenKind::kNotEqual || kind == TokenKind::kLessOrEqual || kind == TokenKind::kGreaterOrEqual;
}

// How long the beginning of `text` is that consists of `part`s.
template <class Part>
size_t run(std::string_view text, const Part& part) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), part) - text.begin());
}

struct Found {
  TokenKind kind;
  size_t length;
};

// The token that `text`, which is not empty, begins with.
Found first_token(std::string_view text) {
  const char first = text.front();
  if (is_letter(first)) return {TokenKind::kWord, run(text, is_word_part)};
  if (is_digit(first)) return {TokenKind::kDigits, run(text, is_digit)};
  if (first == '#' || first == ':') {
    const size_t length = 1 + run(text.substr(1), is_word_part);
    if (length == 1) return {TokenKind::kUnknown, 1};
    return {first == '#' ? TokenKind::kName : TokenKind::kValue, length};
  }
  const TokenKind kind = sign_kind(text);
  if (kind == TokenKind::kUnknown) return {kind, std::max<size_t>(1, utf8_sequence_bytes(text))};
  return {kind, has_two_characters(kind) ? 2U : 1U};
}

}  // namespace

std::string_view to_string(ExpressionKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

Error invalid_expression(ExpressionKind kind, std::string_view message) {
  return {ExpressionErrc::invalid_expression, fmt::format("Invalid {}: {}", to_string(kind), message)};
}

Result<Tokens> Tokens::of(ExpressionKind kind, std::string_view text) {
  Tokens result;
  result.kind_ = kind;
  result.text_ = text;
  // Before anything else, so that nothing long is ever looked at (Alternator's test_limits.py, run against the
  // service).
  if (text.size() > kMostExpressionBytes) {
    return result.invalid(
        fmt::format("Expression size has exceeded the maximum allowed size; expression size: {}", text.size()));
  }
  size_t at = 0;
  for (;;) {
    at += run(text.substr(at), is_blank);
    if (at == text.size()) break;
    const Found found = first_token(text.substr(at));
    result.tokens_.push_back({found.kind, static_cast<uint32_t>(at), static_cast<uint32_t>(at + found.length)});
    at += found.length;
  }
  if (result.tokens_.empty()) return result.invalid("The expression can not be empty;");
  result.tokens_.push_back({TokenKind::kEnd, static_cast<uint32_t>(at), static_cast<uint32_t>(at)});
  return result;
}

Token Tokens::take() {
  const Token token = peek();
  if (token.kind != TokenKind::kEnd) ++at_;
  return token;
}

bool Tokens::accept(TokenKind kind) {
  if (!at(kind)) return false;
  take();
  return true;
}

Result<void> Tokens::expect(TokenKind kind) {
  if (accept(kind)) return {};
  return unexpected();
}

bool Tokens::at_word(std::string_view upper_case) const {
  const Token& token = peek();
  if (token.kind != TokenKind::kWord || token.end - token.begin != upper_case.size()) return false;
  const std::string_view word = text(token);
  return std::equal(word.begin(), word.end(), upper_case.begin(), [](char a, char b) { return to_upper(a) == b; });
}

bool Tokens::accept_word(std::string_view upper_case) {
  if (!at_word(upper_case)) return false;
  take();
  return true;
}

Error Tokens::unexpected() const {
  // "near" is the token between its neighbours, with the blanks that stand there.
  const bool ended = at(TokenKind::kEnd);
  const Token& before = tokens_[at_ > 0 ? at_ - 1 : at_];
  const Token& after = tokens_[ended || tokens_[at_ + 1].kind == TokenKind::kEnd ? at_ : at_ + 1];
  const size_t from = before.begin;
  const size_t to = ended ? before.end : after.end;
  const std::string_view told = ended ? std::string_view("<EOF>") : text(peek());
  return invalid(fmt::format("Syntax error; token: \"{}\", near: \"{}\"", told, text_.substr(from, to - from)));
}

}  // namespace caudal::items
