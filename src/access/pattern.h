// SPDX-License-Identifier: Apache-2.0
// Texts in policies that others are compared with: literal, with * and ?, and with variables such as ${aws:username}.
// Comparing takes time in proportion to pattern times text at worst, never exponential in the number of stars.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caudal::access {

// Where the values of variables come from: the request that is decided.
class VariableSource {
 public:
  virtual ~VariableSource() = default;
  // The value of `key` (lower case); nothing when it is absent or has several.
  virtual std::optional<std::string> variable(std::string_view key) const = 0;
};

enum class Match : uint8_t {
  kNo,
  kYes,
  kUnresolved,  // a variable of the pattern has no value, so it equals nothing
};

// Bytes, and the two wildcards as numbers that are no byte: so a star that came by a variable is a star to look for.
using Glyphs = std::u16string;
inline constexpr char16_t kAnyMany = 0x100;  // *
inline constexpr char16_t kAnyOne = 0x101;   // ?
bool glob_match(std::u16string_view pattern, std::string_view text);

// Immutable.
class Pattern {
 public:
  struct Syntax {
    bool wildcards = true;
    bool variables = true;     // ${key}, ${key, 'default'}, ${*}, ${?}, ${$}
    bool ignore_case = false;  // then what is compared must be in lower case
  };
  // Nothing when a variable does not end, or has no name.
  static std::optional<Pattern> compile(std::string_view text, Syntax syntax);

  Match matches(std::string_view text, const VariableSource& variables) const;
  // As ARNs are compared in conditions: field by field between the first five colons, so that a star does not reach
  // over them.
  Match matches_arn(std::string_view arn, const VariableSource& variables) const;

  bool is_any() const { return kind_ == Kind::kAny; }
  // What every matching text begins with, as far as it is known without variables.
  std::string_view prefix() const { return literal_; }
  bool has_wildcards() const { return kind_ != Kind::kLiteral && kind_ != Kind::kVariables; }
  bool mentions(std::string_view key_prefix) const;

 private:
  enum class Kind : uint8_t { kLiteral, kPrefix, kAny, kGlob, kVariables };
  struct Piece {
    Glyphs glyphs = {};
    std::string key = {};  // of a variable; then glyphs are the default
    bool has_default = false;
  };
  void settle();
  std::optional<Glyphs> resolve(const VariableSource& variables) const;

  Kind kind_ = Kind::kLiteral;
  bool ignore_case_ = false;
  std::string literal_ = {};  // what comes before the first wildcard or variable
  Glyphs glyphs_ = {};        // of kGlob
  std::vector<Piece> pieces_ = {};
};

}  // namespace caudal::access
