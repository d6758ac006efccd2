// SPDX-License-Identifier: Apache-2.0
// Words, paths and literals of statements.
#include "items/partiql/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "items/values/checks.h"
#include "items/values/errors.h"

namespace caudal::items::partiql {
namespace {

bool same_word(std::string_view word, std::string_view upper_case) {
  return word.size() == upper_case.size() &&
         std::equal(word.begin(), word.end(), upper_case.begin(),
                    [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b; });
}

// Words of SQL that no path goes through without quotes.
bool is_sql_word(std::string_view word) {
  static constexpr std::array<std::string_view, 24> kWords = {
      "AND",  "AS",   "BETWEEN", "BY",  "CROSS", "FALSE", "FROM", "GROUP", "HAVING", "IN",     "INNER", "IS",
      "JOIN", "LEFT", "MISSING", "NOT", "NULL",  "ON",    "OR",   "ORDER", "RIGHT",  "SELECT", "TRUE",  "WHERE"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view one) { return same_word(word, one); });
}

// Whether Java's BigDecimal, which the service reads literals with, has such an exponent and such a scale.
bool is_readable_number(std::string_view text) {
  const size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos) return true;
  std::string_view digits = text.substr(e + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int32_t exponent = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc()) return false;
  const size_t point = text.find('.');
  const int64_t behind = point == std::string_view::npos ? 0 : static_cast<int64_t>(e - point - 1);
  return behind - exponent <= std::numeric_limits<int32_t>::max();
}

}  // namespace

bool Parser::at_word(std::string_view upper_case, size_t ahead) const {
  return peek(ahead).kind == TokenKind::kWord && same_word(peek(ahead).text, upper_case);
}

bool Parser::accept_sign(std::string_view sign) {
  if (!at_sign(sign)) return false;
  take();
  return true;
}

bool Parser::accept_word(std::string_view upper_case) {
  if (!at_word(upper_case)) return false;
  take();
  return true;
}

Result<void> Parser::expect_sign(std::string_view sign) {
  if (accept_sign(sign)) return {};
  return unexpected();
}

Result<void> Parser::expect_word(std::string_view upper_case) {
  if (accept_word(upper_case)) return {};
  return unexpected();
}

Error Parser::unexpected() const {
  if (peek().kind == TokenKind::kEnd) return not_well_formed("Unexpected end of the statement");
  return not_well_formed(fmt::format("Unexpected token '{}' at {}", peek().text, peek().position()));
}

Result<std::string> Parser::name() {
  if (!at_name() || (peek().kind == TokenKind::kWord && is_sql_word(peek().text))) return unexpected();
  if (peek().text.empty()) return invalid_statement("Path component cannot be an empty string");
  return take().text;
}

Result<uint32_t> Parser::index() {
  const Token token = take();
  uint32_t value = 0;
  const char* const end = token.text.data() + token.text.size();
  const auto [stopped, error] = std::from_chars(token.text.data(), end, value);
  if (token.kind != TokenKind::kNumber || error != std::errc() || stopped != end ||
      value > static_cast<uint32_t>(std::numeric_limits<int32_t>::max())) {
    return invalid_statement(
        fmt::format("List index is not within the allowable range; index: [{}] at {}", token.text, token.position()));
  }
  return value;
}

Result<Path> Parser::path() {
  Path path = path_of(TRY(name()));
  for (;;) {
    if (accept_sign(".")) {
      const bool bare_sql = peek().kind == TokenKind::kWord && is_sql_word(peek().text);
      if (!at_name() || bare_sql) return not_well_formed("Invalid path dot component");
      path.elements.emplace_back(TRY(name()));
    } else if (accept_sign("[")) {
      if (peek().kind == TokenKind::kString) {
        path.elements.emplace_back(take().text);
      } else {
        path.elements.emplace_back(TRY(index()));
      }
      TRY(expect_sign("]"));
    } else {
      break;
    }
  }
  if (path.elements.size() > kMostLevels) {
    return invalid_statement(
        fmt::format("The document path has too many nesting levels; nesting levels: {}", path.elements.size()));
  }
  return path;
}

Result<Value> Parser::number(const std::string& under) {
  std::string text = accept_sign("-") ? "-" : "";
  if (text.empty()) accept_sign("+");
  if (peek().kind != TokenKind::kNumber) return unexpected();
  text += take().text;
  if (!is_readable_number(text)) return not_well_formed("");
  auto number = Number::parse(text);
  if (number) return Value(*number);
  return Error{ValueErrc::invalid_value, fmt::format("{} under {}", number.error().message, under)};
}

Result<Value> Parser::parameter() {
  take();
  if (next_parameter_ == parameters_.size()) {
    return invalid_statement("Number of parameters in request and statement don't match.");
  }
  return std::move(parameters_[next_parameter_++]);
}

Result<Value> Parser::list(const std::string& under) {
  List all;
  if (!accept_sign("]")) {
    do {
      all.push_back(TRY(literal(fmt::format("{}[{}]", under, all.size()))));
    } while (accept_sign(","));
    TRY(expect_sign("]"));
  }
  return Value(std::move(all));
}

Result<Value> Parser::map(const std::string& under) {
  Map all;
  if (!accept_sign("}")) {
    do {
      if (peek().kind != TokenKind::kString) return unexpected();
      std::string key = take().text;
      TRY(check_name(key));
      TRY(expect_sign(":"));
      Value value = TRY(literal(under.empty() ? std::string("root") : fmt::format("{}.{}", under, key)));
      all.set(std::move(key), std::move(value));
    } while (accept_sign(","));
    TRY(expect_sign("}"));
  }
  return Value(std::move(all));
}

Result<Value> Parser::set(const std::string& under) {
  if (accept_sign(">>")) return invalid_statement("Empty bags are not supported");
  std::vector<std::string> texts;
  std::vector<Number> numbers;
  std::vector<Binary> binaries;
  size_t count = 0;
  do {
    Value member = TRY(literal(under));
    ++count;
    if (auto* const text = member.get_if<std::string>()) texts.push_back(std::move(*text));
    if (auto* const one = member.get_if<Number>()) numbers.push_back(*one);
    if (auto* const binary = member.get_if<Binary>()) binaries.push_back(std::move(*binary));
  } while (accept_sign(","));
  TRY(expect_sign(">>"));
  if (texts.size() == count) return Value(TRY(string_set(std::move(texts))));
  if (numbers.size() == count) return Value(TRY(number_set(std::move(numbers))));
  if (binaries.size() == count) return Value(TRY(binary_set(std::move(binaries))));
  return invalid_statement("A set holds strings, numbers or binaries alone");
}

Result<Value> Parser::literal(const std::string& under) {
  if (peek().kind == TokenKind::kString) return Value(take().text);
  if (at_sign("?")) return parameter();
  if (accept_word("TRUE")) return Value(true);
  if (accept_word("FALSE")) return Value(false);
  if (accept_word("NULL")) return Value();
  if (peek().kind == TokenKind::kWord && peek(1).text == "(" && peek(1).kind == TokenKind::kSign) {
    return invalid_statement(
        fmt::format("Unsupported data type: {} under key root at {}", peek().text, peek().position()));
  }
  if (!at_sign("[") && !at_sign("{") && !at_sign("<<")) return number(under);
  if (++nesting_ > kDeepestNesting) return too_many_levels();
  const std::string opening = take().text;
  Result<Value> value = opening == "[" ? list(under) : opening == "{" ? map(under) : set(under);
  --nesting_;
  return value;
}

Result<const Value*> Parser::constant() {
  Value value = TRY(literal("root"));
  if (levels_of(value) > kMostLevels) return too_many_levels();
  return keep(std::move(value));
}

}  // namespace caudal::items::partiql
