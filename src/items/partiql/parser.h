// SPDX-License-Identifier: Apache-2.0
// The grammar of statements, by recursive descent, in three files: parser.cpp has paths and literals, parse_where.cpp
// conditions, parse_statement.cpp the statements. For this room alone.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "items/partiql/lexer.h"
#include "items/partiql/statement.h"

namespace caudal::items::partiql {

class Parser {
 public:
  Parser(std::vector<Token> tokens, std::vector<Value> parameters)
      : tokens_(std::move(tokens)), parameters_(std::move(parameters)) {}
  Result<Statement> statement();

 private:
  // No statement that means something is nested deeper.
  static constexpr int kDeepestNesting = 100;

  // --- words ---
  const Token& peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token take() { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_.back(); }
  bool at_sign(std::string_view sign) const { return peek().kind == TokenKind::kSign && peek().text == sign; }
  bool at_word(std::string_view upper_case, size_t ahead = 0) const;
  bool accept_sign(std::string_view sign);
  bool accept_word(std::string_view upper_case);
  Result<void> expect_sign(std::string_view sign);
  Result<void> expect_word(std::string_view upper_case);
  // The next token does not belong here; how the service words that is not known.
  Error unexpected() const;
  Error leftover() const { return not_well_formed("Unexpected token after expression"); }

  // --- paths and literals ---
  bool at_name() const { return peek().kind == TokenKind::kWord || peek().kind == TokenKind::kQuotedName; }
  Result<std::string> name();
  Result<Path> path();
  Result<uint32_t> index();
  // `under`: where the value stands, for errors of numbers: "root.x[1]".
  Result<Value> literal(const std::string& under);
  Result<Value> number(const std::string& under);
  Result<Value> list(const std::string& under);
  Result<Value> map(const std::string& under);
  Result<Value> set(const std::string& under);
  Result<Value> parameter();
  // A literal that a tree refers to.
  Result<const Value*> constant();
  const Value* keep(Value value) {
    return result_.constants.emplace_back(std::make_unique<Value>(std::move(value))).get();
  }

  // --- conditions ---
  Result<Condition> disjunction();
  Result<Condition> conjunction();
  Result<Condition> negation();
  Result<Condition> predicate();
  Result<Condition> comparison(Operand left);
  Result<Condition> membership(Operand left);
  Result<Condition> between(Operand left);
  Result<Condition> is(Operand left);
  Result<Condition> function(const Token& name);
  Result<std::vector<Operand>> arguments();
  Result<Operand> operand();
  bool at_function() const;

  // --- statements ---
  Result<void> select();
  Result<void> columns();
  Result<void> order_by();
  Result<void> insert();
  Result<void> update();
  Result<void> from_first();
  Result<void> remove();
  Result<void> table(bool may_have_index);
  Result<void> refuse_alias();
  Result<void> where();
  Result<void> returning();
  Result<void> changes();
  Result<UpdateAction> assignment();
  Result<UpdateAction> set_function(Path path);
  Result<UpdateOperand> set_operand();

  std::vector<Token> tokens_;
  std::vector<Value> parameters_;
  size_t at_ = 0;
  size_t next_parameter_ = 0;
  int nesting_ = 0;
  std::vector<UpdateAction> actions_;
  Statement result_;
};

}  // namespace caudal::items::partiql
