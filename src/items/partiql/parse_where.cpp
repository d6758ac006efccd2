// SPDX-License-Identifier: Apache-2.0
// Conditions of WHERE, as trees of items/expressions, whose checks of operands they share.
#include <fmt/format.h>

#include <algorithm>

#include "items/expressions/condition_checks.h"
#include "items/partiql/parser.h"

namespace caudal::items::partiql {
namespace {

using Op = Condition::Op;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::optional<Op> comparator(const Token& token) {
  if (token.kind != TokenKind::kSign) return std::nullopt;
  if (token.text == "=") return Op::kEqual;
  if (token.text == "<>" || token.text == "!=") return Op::kNotEqual;
  if (token.text == "<") return Op::kLess;
  if (token.text == "<=") return Op::kLessOrEqual;
  if (token.text == ">") return Op::kGreater;
  if (token.text == ">=") return Op::kGreaterOrEqual;
  return std::nullopt;
}

Result<void> told(const std::optional<Found>& found) {
  if (found) return invalid_statement(found->message);
  return {};
}

Condition negated(Condition condition) {
  Condition result{.op = Op::kNot};
  result.children.push_back(std::move(condition));
  return result;
}

}  // namespace

bool Parser::at_function() const {
  return peek().kind == TokenKind::kWord && peek(1).kind == TokenKind::kSign && peek(1).text == "(";
}

Result<Condition> Parser::disjunction() {
  Condition first = TRY(conjunction());
  if (!at_word("OR")) return first;
  Condition all{.op = Op::kOr};
  all.children.push_back(std::move(first));
  while (accept_word("OR")) all.children.push_back(TRY(conjunction()));
  return all;
}

Result<Condition> Parser::conjunction() {
  Condition first = TRY(negation());
  if (!at_word("AND")) return first;
  Condition all{.op = Op::kAnd};
  all.children.push_back(std::move(first));
  while (accept_word("AND")) all.children.push_back(TRY(negation()));
  return all;
}

Result<Condition> Parser::negation() {
  if (++nesting_ > kDeepestNesting) return not_well_formed("");
  const bool negate = accept_word("NOT");
  Condition condition = negate ? TRY(negation()) : TRY(predicate());
  --nesting_;
  return negate ? negated(std::move(condition)) : condition;
}

Result<Condition> Parser::predicate() {
  if (accept_sign("(")) {
    Condition inner = TRY(disjunction());
    TRY(expect_sign(")"));
    return inner;
  }
  if (at_function() && lower(peek().text) != "size") return function(take());
  Operand left = TRY(operand());
  if (accept_word("BETWEEN")) return between(std::move(left));
  if (accept_word("IN")) return membership(std::move(left));
  if (accept_word("IS")) return is(std::move(left));
  if (at_word("NOT") && at_word("BETWEEN", 1)) {
    at_ += 2;
    return negated(TRY(between(std::move(left))));
  }
  if (at_word("NOT") && at_word("IN", 1)) {
    at_ += 2;
    return negated(TRY(membership(std::move(left))));
  }
  return comparison(std::move(left));
}

Result<Condition> Parser::comparison(Operand left) {
  const auto op = comparator(peek());
  if (!op) return unexpected();
  const Token sign = take();
  Condition condition{.op = *op};
  condition.operands.push_back(std::move(left));
  condition.operands.push_back(TRY(operand()));
  TRY(told(check_comparison(sign.text, *op, condition.operands)));
  return condition;
}

Result<Condition> Parser::between(Operand left) {
  Condition condition{.op = Op::kBetween};
  condition.operands.push_back(std::move(left));
  condition.operands.push_back(TRY(operand()));
  TRY(expect_word("AND"));
  condition.operands.push_back(TRY(operand()));
  TRY(told(check_between(condition.operands)));
  return condition;
}

Result<Condition> Parser::membership(Operand left) {
  constexpr size_t kMostOperands = 100;
  const bool brackets = accept_sign("[");
  if (!brackets) TRY(expect_sign("("));
  Condition condition{.op = Op::kIn};
  condition.operands.push_back(std::move(left));
  do {
    condition.operands.push_back(TRY(operand()));
  } while (accept_sign(","));
  TRY(expect_sign(brackets ? "]" : ")"));
  if (condition.operands.size() - 1 > kMostOperands) {
    return invalid_statement(fmt::format("The IN operator is provided with too many operands; number of operands: {}",
                                         condition.operands.size() - 1));
  }
  return condition;
}

Result<Condition> Parser::is(Operand left) {
  if (!left.is_path()) return unexpected();
  const bool negate = accept_word("NOT");
  Condition condition{.op = Op::kAttributeNotExists};
  condition.operands.push_back(std::move(left));
  if (accept_word("NULL")) {
    condition.op = Op::kAttributeType;
    condition.operands.push_back({.kind = Operand::Kind::kValue, .value = keep(Value("NULL"))});
  } else {
    TRY(expect_word("MISSING"));
  }
  return negate ? negated(std::move(condition)) : condition;
}

Result<std::vector<Operand>> Parser::arguments() {
  TRY(expect_sign("("));
  std::vector<Operand> all;
  if (accept_sign(")")) return all;
  do {
    all.push_back(TRY(operand()));
  } while (accept_sign(","));
  TRY(expect_sign(")"));
  return all;
}

Result<Condition> Parser::function(const Token& name) {
  const std::string called = lower(name.text);
  const auto op = function_op(called);
  if (!op) return invalid_statement(fmt::format("Unrecognized function: {} at {}", called, name.position()));
  Condition condition{.op = *op, .operands = TRY(arguments())};
  TRY(told(check_function(called, condition.operands)));
  return condition;
}

Result<Operand> Parser::operand() {
  if (at_function()) {
    const Token name = take();
    const std::string called = lower(name.text);
    if (called != "size") {
      return invalid_statement(fmt::format("Unrecognized function: {} at {}", called, name.position()));
    }
    if (++nesting_ > kDeepestNesting) return not_well_formed("");
    std::vector<Operand> inner = TRY(arguments());
    --nesting_;
    TRY(told(check_function(called, inner)));
    Operand result = std::move(inner.front());
    result.kind = result.has_path() ? Operand::Kind::kSizeOfPath : Operand::Kind::kSizeOfValue;
    return result;
  }
  const bool is_constant = at_word("TRUE") || at_word("FALSE") || at_word("NULL");
  if (at_name() && !is_constant) return Operand{.path = TRY(path())};
  return Operand{.kind = Operand::Kind::kValue, .value = TRY(constant())};
}

}  // namespace caudal::items::partiql
