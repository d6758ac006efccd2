// SPDX-License-Identifier: Apache-2.0
// PartiQL statements as words: the lexer, and DynamoDB's errors of statements that cannot be read. Knows no grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::items::partiql {

// As the service's model limits it.
inline constexpr size_t kMostStatementBytes = 8192;

enum class TokenKind : uint8_t {
  kEnd,
  kWord,        // a keyword, a function, or a name that needs no quotes
  kQuotedName,  // "…"
  kString,      // '…'
  kNumber,      // without its sign
  kSign,        // one of = <> != < <= > >= ( ) [ ] { } , . : * + - ? << >>
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text = {};  // without quotes
  uint32_t line = 1;
  uint32_t column = 1;  // in characters, from 1; so is `length`
  uint32_t length = 0;
  // Where the service points: "1:27:3".
  std::string position() const;
};

// "Statement wasn't well formed, can't be processed: " and the detail.
Error not_well_formed(std::string_view detail);
// Any other error of a statement.
Error invalid_statement(std::string message);

// The last is kEnd. Errors: ExpressionErrc::invalid_expression, in the service's words where they are known.
Result<std::vector<Token>> tokenize(std::string_view statement);

}  // namespace caudal::items::partiql
