// SPDX-License-Identifier: Apache-2.0
// Compiling patterns, and matching them.
#include "access/pattern.h"

#include <algorithm>

#include "access/ascii.h"

namespace caudal::access {
namespace {

char16_t glyph(char c) { return static_cast<unsigned char>(c); }
bool is_byte(char16_t g) { return g < 0x100; }

void append_bytes(Glyphs& to, std::string_view bytes) {
  for (const char c : bytes) to.push_back(glyph(c));
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

struct Variable {
  std::string_view key;
  std::optional<std::string_view> otherwise;
};

// What stands between "${" and "}".
std::optional<Variable> read_variable(std::string_view inside) {
  const size_t comma = inside.find(',');
  Variable variable{trim(inside.substr(0, comma)), std::nullopt};
  if (variable.key.empty()) return std::nullopt;
  if (comma == std::string_view::npos) return variable;
  std::string_view quoted = trim(inside.substr(comma + 1));
  if (quoted.size() < 2 || quoted.front() != '\'' || quoted.back() != '\'') return std::nullopt;
  variable.otherwise = quoted.substr(1, quoted.size() - 2);
  return variable;
}

// The fields of an ARN: up to five colons part it, the last field keeps what colons it has.
template <class Text>
std::vector<Text> arn_fields(Text text) {
  std::vector<Text> fields;
  while (fields.size() < 5) {
    const size_t colon = text.find(':');
    if (colon == Text::npos) break;
    fields.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  fields.push_back(text);
  return fields;
}

bool arn_match(std::u16string_view pattern, std::string_view arn) {
  if (pattern.size() == 1 && pattern.front() == kAnyMany) return true;
  const auto wanted = arn_fields(pattern);
  const auto given = arn_fields(arn);
  if (wanted.size() != given.size()) return false;
  for (size_t index = 0; index < wanted.size(); ++index) {
    if (!glob_match(wanted[index], given[index])) return false;
  }
  return true;
}

}  // namespace

bool glob_match(std::u16string_view pattern, std::string_view text) {
  constexpr size_t kNone = std::u16string_view::npos;
  size_t p = 0;
  size_t t = 0;
  size_t after_star =
      kNone;  // only the last star is ever gone back to: what earlier ones took can stay as short as it is
  size_t star_took_to = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == kAnyMany) {
      after_star = ++p;
      star_took_to = t;
    } else if (p < pattern.size() && (pattern[p] == kAnyOne || pattern[p] == glyph(text[t]))) {
      ++p;
      ++t;
    } else if (after_star != kNone) {
      p = after_star;
      t = ++star_took_to;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == kAnyMany) ++p;
  return p == pattern.size();
}

std::optional<Pattern> Pattern::compile(std::string_view text, Syntax syntax) {
  Pattern pattern;
  pattern.ignore_case_ = syntax.ignore_case;
  const auto bytes = [&]() -> Glyphs& {
    if (pattern.pieces_.empty() || !pattern.pieces_.back().key.empty()) pattern.pieces_.emplace_back();
    return pattern.pieces_.back().glyphs;
  };
  for (size_t at = 0; at < text.size(); ++at) {
    if (syntax.variables && text.substr(at).starts_with("${")) {
      const size_t end = text.find('}', at);
      if (end == std::string_view::npos) return std::nullopt;
      const std::string_view inside = text.substr(at + 2, end - at - 2);
      at = end;
      if (inside == "*" || inside == "?" || inside == "$") {
        bytes().push_back(glyph(inside.front()));
        continue;
      }
      const auto variable = read_variable(inside);
      if (!variable) return std::nullopt;
      Piece piece{.key = lower(variable->key), .has_default = variable->otherwise.has_value()};
      append_bytes(piece.glyphs,
                   syntax.ignore_case ? lower(variable->otherwise.value_or("")) : variable->otherwise.value_or(""));
      pattern.pieces_.push_back(std::move(piece));
    } else if (syntax.wildcards && text[at] == '*') {
      bytes().push_back(kAnyMany);
    } else if (syntax.wildcards && text[at] == '?') {
      bytes().push_back(kAnyOne);
    } else {
      bytes().push_back(glyph(syntax.ignore_case ? lower(text[at]) : text[at]));
    }
  }
  pattern.settle();
  return pattern;
}

// Chooses the cheapest way to compare.
void Pattern::settle() {
  if (!pieces_.empty() && pieces_.front().key.empty()) {
    for (const char16_t g : pieces_.front().glyphs) {
      if (!is_byte(g)) break;
      literal_.push_back(static_cast<char>(g));
    }
  }
  if (std::ranges::any_of(pieces_, [](const Piece& piece) { return !piece.key.empty(); })) {
    kind_ = Kind::kVariables;
    return;
  }
  if (!pieces_.empty()) glyphs_ = pieces_.front().glyphs;
  pieces_.clear();
  const std::u16string_view rest = std::u16string_view(glyphs_).substr(literal_.size());
  const bool only_stars = std::ranges::all_of(rest, [](char16_t g) { return g == kAnyMany; });
  if (rest.empty()) {
    kind_ = Kind::kLiteral;
  } else if (only_stars) {
    kind_ = literal_.empty() ? Kind::kAny : Kind::kPrefix;
  } else {
    kind_ = Kind::kGlob;
  }
}

std::optional<Glyphs> Pattern::resolve(const VariableSource& variables) const {
  if (kind_ != Kind::kVariables) return glyphs_;
  Glyphs glyphs;
  for (const Piece& piece : pieces_) {
    if (piece.key.empty()) {
      glyphs += piece.glyphs;
      continue;
    }
    if (const auto value = variables.variable(piece.key)) {
      append_bytes(glyphs, ignore_case_ ? lower(*value) : *value);
    } else if (piece.has_default) {
      glyphs += piece.glyphs;
    } else {
      return std::nullopt;
    }
  }
  return glyphs;
}

Match Pattern::matches(std::string_view text, const VariableSource& variables) const {
  const auto answer = [](bool yes) { return yes ? Match::kYes : Match::kNo; };
  switch (kind_) {
    case Kind::kLiteral: return answer(text == literal_);
    case Kind::kPrefix: return answer(text.starts_with(literal_));
    case Kind::kAny: return Match::kYes;
    case Kind::kGlob: return answer(text.starts_with(literal_) && glob_match(glyphs_, text));
    case Kind::kVariables: break;
  }
  const auto glyphs = resolve(variables);
  return glyphs ? answer(glob_match(*glyphs, text)) : Match::kUnresolved;
}

Match Pattern::matches_arn(std::string_view arn, const VariableSource& variables) const {
  const auto glyphs = resolve(variables);
  if (!glyphs) return Match::kUnresolved;
  return arn_match(*glyphs, arn) ? Match::kYes : Match::kNo;
}

bool Pattern::mentions(std::string_view key_prefix) const {
  return std::ranges::any_of(pieces_, [&](const Piece& piece) { return piece.key.starts_with(key_prefix); });
}

}  // namespace caudal::access
