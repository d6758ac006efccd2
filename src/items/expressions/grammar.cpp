// SPDX-License-Identifier: Apache-2.0
// Paths and placeholders. Unless it says otherwise, a message is as dynalite's tests recorded it from the service.
#include "items/expressions/grammar.h"

#include <fmt/format.h>

#include <charconv>

#include "base/encoding.h"
#include "items/expressions/reserved_words.h"
#include "items/values/checks.h"

namespace caudal::items {
Result<std::string> Grammar::name() {
  if (tokens_.at(TokenKind::kName)) {
    const std::string_view placeholder = tokens_.text(tokens_.take());
    if (const std::string* const name = placeholders_.name(placeholder)) return *name;
    std::string message = fmt::format(
        "An expression attribute name used in the document path is not defined; attribute name: {}", placeholder);
    problems_.note(Problem::kUndefined, message);
    problems_.note(Problem::kUndefinedName, std::move(message));
    return std::string(placeholder);
  }
  if (!tokens_.at(TokenKind::kWord) || at_keyword()) return tokens_.unexpected();
  const std::string_view word = tokens_.text(tokens_.take());
  if (is_reserved_word(word)) {
    problems_.note(Problem::kReservedWord,
                   fmt::format("Attribute name is a reserved keyword; reserved keyword: {}", word));
  }
  return std::string(word);
}

Result<uint32_t> Grammar::index() {
  if (!tokens_.at(TokenKind::kDigits)) return tokens_.unexpected();
  const std::string_view digits = tokens_.text(tokens_.take());
  int32_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc()) {
    return tokens_.invalid(fmt::format("List index is not within the allowable range; index: [{}]", digits));
  }
  TRY(tokens_.expect(TokenKind::kCloseIndex));
  return static_cast<uint32_t>(index);
}

Result<Path> Grammar::path() {
  Path path;
  path.elements.emplace_back(TRY(name()));
  return path_after(std::move(path));
}

Result<Path> Grammar::path_after(Path path) {
  for (;;) {
    if (tokens_.accept(TokenKind::kDot)) {
      path.elements.emplace_back(TRY(name()));
    } else if (tokens_.accept(TokenKind::kOpenIndex)) {
      path.elements.emplace_back(TRY(index()));
    } else {
      break;
    }
  }
  // Alternator's test_projection_expression.py, run against the service.
  if (path.elements.size() > kMostLevels) {
    return tokens_.invalid(
        fmt::format("The document path has too many nesting levels; nesting levels: {}", path.elements.size()));
  }
  return path;
}

const Value* Grammar::value() {
  const std::string_view placeholder = tokens_.text(tokens_.take());
  if (const Value* const value = placeholders_.value(placeholder)) return value;
  std::string message =
      fmt::format("An expression attribute value used in expression is not defined; attribute value: {}", placeholder);
  problems_.note(Problem::kUndefined, message);
  problems_.note(Problem::kUndefinedValue, std::move(message));
  return &undefined_;
}

Result<void> Grammar::count_operator() {
  if (++operators_ <= kMostOperators) return {};
  return tokens_.invalid(fmt::format("The expression contains too many operators; operator count: {}", operators_));
}

std::string_view type_or_any(const Value* constant) {
  return constant == nullptr ? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}" : to_string(constant->type());
}

std::string shown(const Value& constant) {
  std::string text;
  if (const auto* const number = constant.get_if<Number>()) {
    text = number->to_string();
  } else if (const auto* const binary = constant.get_if<Binary>()) {
    text = to_base64(binary->bytes);
  } else if (const auto* const string = constant.get_if<std::string>()) {
    text = *string;
  }
  return fmt::format("{{{}:{}}}", to_string(constant.type()), text);
}

}  // namespace caudal::items
