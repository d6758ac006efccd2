// SPDX-License-Identifier: Apache-2.0
// What the grammars of all expressions share: paths, placeholders, limits. For the parsers of this room alone.
#pragma once

#include <string_view>

#include "base/result.h"
#include "items/expressions/path.h"
#include "items/expressions/placeholders.h"
#include "items/expressions/problems.h"
#include "items/expressions/tokens.h"

namespace caudal::items {

class Grammar {
 public:
  // Both must outlive it.
  Grammar(Tokens& tokens, Placeholders& placeholders) : tokens_(tokens), placeholders_(placeholders) {}

 protected:
  // Of 300 operators the one more; functions and commas do not count (Alternator's test_limits.py, run against the
  // service, where the count told is 301 whatever it is).
  static constexpr int kMostOperators = 300;
  // No expression of so many operators has parentheses or functions nested deeper without one too many.
  static constexpr int kDeepestNesting = 320;

  Result<Path> path();
  // ".name" and "[3]" to the end of a path.
  Result<Path> path_after(Path path);
  bool at_path_part() const { return tokens_.at(TokenKind::kDot) || tokens_.at(TokenKind::kOpenIndex); }
  // For the ":value" that is next; an empty one, and a problem noted, when it is not defined.
  const Value* value();
  // Whether the word that is next can be no name, by the grammar of this kind of expression.
  virtual bool at_keyword() const { return false; }
  Result<void> count_operator();

  virtual ~Grammar() = default;

  Tokens& tokens_;
  Placeholders& placeholders_;
  Problems problems_;
  int operators_ = 0;
  int nesting_ = 0;

 private:
  Result<std::string> name();
  Result<uint32_t> index();

  const Value undefined_;  // stands for a value that is not defined, until that is told
};

// The types as errors name them: "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}" when any would do.
std::string_view type_or_any(const Value* constant);
// "{N:1}", as errors show a constant.
std::string shown(const Value& constant);

}  // namespace caudal::items
