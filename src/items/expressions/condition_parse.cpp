// SPDX-License-Identifier: Apache-2.0
// The grammar of conditions, by recursive descent. A parenthesis may hold a condition or an operand, which is known
// only behind it, so both are terms until then.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "items/expressions/condition.h"
#include "items/expressions/condition_checks.h"
#include "items/expressions/grammar.h"

namespace caudal::items {
namespace {

using Op = Condition::Op;

struct Term {
  enum class Kind : uint8_t { kOperand, kFunction, kCondition };
  Kind kind = Kind::kOperand;
  Operand operand = {};            // kOperand; kFunction when it is size()
  Condition condition = {};        // kCondition; kFunction when it is another
  std::string_view function = {};  // its name
  bool in_parentheses = false;
};

std::optional<Op> comparator(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEqual: return Op::kEqual;
    case TokenKind::kNotEqual: return Op::kNotEqual;
    case TokenKind::kLess: return Op::kLess;
    case TokenKind::kLessOrEqual: return Op::kLessOrEqual;
    case TokenKind::kGreater: return Op::kGreater;
    case TokenKind::kGreaterOrEqual: return Op::kGreaterOrEqual;
    default: return std::nullopt;
  }
}

class ConditionGrammar final : public Grammar {
 public:
  using Grammar::Grammar;

  Result<Condition> whole() {
    Term term = TRY(disjunction());
    if (!tokens_.at(TokenKind::kEnd)) return tokens_.unexpected();
    Condition condition = TRY(as_condition(std::move(term)));
    const std::string* const problem =
        problems_.first({Problem::kParentheses, Problem::kUnknownFunction, Problem::kMisusedFunction,
                         Problem::kReservedWord, Problem::kCondition});
    if (problem != nullptr) return tokens_.invalid(*problem);
    return condition;
  }

 private:
  bool at_keyword() const override {
    return tokens_.at_word("AND") || tokens_.at_word("OR") || tokens_.at_word("NOT") || tokens_.at_word("BETWEEN") ||
           tokens_.at_word("IN");
  }

  // Of what precedence has bound together, joined by `word`.
  template <class Next>
  Result<Term> chain(std::string_view word, Op op, const Next& next) {
    Term first = TRY(next());
    if (!tokens_.at_word(word)) return first;
    Condition all{.op = op};
    all.children.push_back(TRY(as_condition(std::move(first))));
    while (tokens_.accept_word(word)) {
      TRY(count_operator());
      Term more = TRY(next());
      all.children.push_back(TRY(as_condition(std::move(more))));
    }
    return Term{.kind = Term::Kind::kCondition, .condition = std::move(all)};
  }
  Result<Term> disjunction() {
    return chain("OR", Op::kOr, [this] { return conjunction(); });
  }
  Result<Term> conjunction() {
    return chain("AND", Op::kAnd, [this] { return negation(); });
  }
  Result<Term> negation();
  Result<Term> comparison();
  Result<Term> between(Operand operand);
  Result<Term> in(Operand operand);
  Result<Term> term();
  Result<Term> parenthesised();
  Result<Term> function();
  Term function_of(std::string_view name, std::vector<Operand> operands);

  Result<Condition> as_condition(Term term);
  Result<Operand> as_operand(Term term);
  // A condition without AND, OR and NOT is at its end: of its problems one is kept.
  Term simple(Op op, std::vector<Operand> operands) {
    settle();
    return {.kind = Term::Kind::kCondition, .condition = {.op = op, .operands = std::move(operands)}};
  }
  void settle() {
    const std::string* const problem =
        problems_.first({Problem::kUndefined, Problem::kOperandCount, Problem::kSameOperand, Problem::kOperandType});
    if (problem != nullptr) problems_.note(Problem::kCondition, *problem);
  }
  void note(const std::optional<Found>& found) {
    if (found) problems_.note(found->problem, found->message);
  }
};

Result<Condition> ConditionGrammar::as_condition(Term term) {
  if (term.kind == Term::Kind::kOperand) return tokens_.unexpected();
  if (term.kind == Term::Kind::kFunction) {
    settle();
    if (term.function == "size") problems_.note(Problem::kMisusedFunction, misused(term.function));
  }
  return std::move(term.condition);
}

Result<Operand> ConditionGrammar::as_operand(Term term) {
  if (term.kind == Term::Kind::kCondition) return tokens_.unexpected();
  if (term.kind == Term::Kind::kFunction && term.function != "size") {
    problems_.note(Problem::kMisusedFunction, misused(term.function));
  }
  return std::move(term.operand);
}

Result<Term> ConditionGrammar::negation() {
  int count = 0;
  for (; tokens_.accept_word("NOT"); ++count) TRY(count_operator());
  Term term = TRY(comparison());
  if (count == 0) return term;
  Condition condition = TRY(as_condition(std::move(term)));
  for (; count > 0; --count) {
    Condition negated{.op = Op::kNot};
    negated.children.push_back(std::move(condition));
    condition = std::move(negated);
  }
  return Term{.kind = Term::Kind::kCondition, .condition = std::move(condition)};
}

Result<Term> ConditionGrammar::comparison() {
  Term first = TRY(term());
  if (first.kind == Term::Kind::kCondition) return first;
  const auto op = comparator(tokens_.peek().kind);
  if (op) {
    const std::string_view sign = tokens_.text(tokens_.take());
    TRY(count_operator());
    std::vector<Operand> operands;
    operands.push_back(TRY(as_operand(std::move(first))));
    Term second = TRY(term());
    operands.push_back(TRY(as_operand(std::move(second))));
    note(check_comparison(sign, *op, operands));
    return simple(*op, std::move(operands));
  }
  if (tokens_.accept_word("BETWEEN")) return between(TRY(as_operand(std::move(first))));
  if (tokens_.accept_word("IN")) return in(TRY(as_operand(std::move(first))));
  return first;
}

Result<Term> ConditionGrammar::between(Operand operand) {
  TRY(count_operator());
  std::vector<Operand> operands;
  operands.push_back(std::move(operand));
  Term lower = TRY(term());
  operands.push_back(TRY(as_operand(std::move(lower))));
  if (!tokens_.accept_word("AND")) return tokens_.unexpected();
  Term upper = TRY(term());
  operands.push_back(TRY(as_operand(std::move(upper))));
  note(check_between(operands));
  return simple(Op::kBetween, std::move(operands));
}

Result<Term> ConditionGrammar::in(Operand operand) {
  constexpr size_t kMostOperands = 100;
  TRY(count_operator());
  std::vector<Operand> operands;
  operands.push_back(std::move(operand));
  TRY(tokens_.expect(TokenKind::kOpen));
  do {
    Term one = TRY(term());
    operands.push_back(TRY(as_operand(std::move(one))));
  } while (tokens_.accept(TokenKind::kComma));
  TRY(tokens_.expect(TokenKind::kClose));
  if (operands.size() - 1 > kMostOperands) {
    problems_.note(
        Problem::kOperandCount,
        fmt::format("The IN operator is provided with too many operands; number of operands: {}", operands.size() - 1));
  }
  return simple(Op::kIn, std::move(operands));
}

Result<Term> ConditionGrammar::term() {
  if (tokens_.at(TokenKind::kOpen)) return parenthesised();
  if (tokens_.at(TokenKind::kValue)) return Term{.operand = {.kind = Operand::Kind::kValue, .value = value()}};
  if (tokens_.at(TokenKind::kWord) && !at_keyword() && tokens_.peek_second().kind == TokenKind::kOpen) {
    return function();
  }
  return Term{.operand = {.path = TRY(path())}};
}

Result<Term> ConditionGrammar::parenthesised() {
  constexpr std::string_view kRedundant = "The expression has redundant parentheses;";
  if (++nesting_ > kDeepestNesting) return tokens_.invalid(kRedundant);
  tokens_.take();
  Term inner = TRY(disjunction());
  TRY(tokens_.expect(TokenKind::kClose));
  --nesting_;
  // Key conditions alone may have them (recorded against the service).
  if (inner.in_parentheses && tokens_.kind() != ExpressionKind::kKeyCondition) {
    problems_.note(Problem::kParentheses, std::string(kRedundant));
  }
  inner.in_parentheses = true;
  if (inner.kind == Term::Kind::kOperand && inner.operand.is_path() && at_path_part()) {
    inner.operand.path = TRY(path_after(std::move(inner.operand.path)));
    inner.in_parentheses = false;
  }
  return inner;
}

Result<Term> ConditionGrammar::function() {
  const std::string_view name = tokens_.text(tokens_.take());
  tokens_.take();
  if (++nesting_ > kDeepestNesting) return tokens_.invalid(nested_too_deep(name));
  std::vector<Operand> operands;
  do {
    Term one = TRY(term());
    operands.push_back(TRY(as_operand(std::move(one))));
  } while (tokens_.accept(TokenKind::kComma));
  TRY(tokens_.expect(TokenKind::kClose));
  --nesting_;
  return function_of(name, std::move(operands));
}

Term ConditionGrammar::function_of(std::string_view name, std::vector<Operand> operands) {
  Term term{.kind = Term::Kind::kFunction, .function = name};
  const auto op = function_op(name);
  if (!op && name != "size") {
    problems_.note(Problem::kUnknownFunction, unknown_function(name));
    return term;
  }
  note(check_function(name, operands));
  if (op) {
    term.condition = {.op = *op, .operands = std::move(operands)};
  } else {
    // When it is of something that has no size, that was noted.
    term.operand = std::move(operands.front());
    term.operand.kind = term.operand.has_path() ? Operand::Kind::kSizeOfPath : Operand::Kind::kSizeOfValue;
  }
  return term;
}

}  // namespace

Result<Condition> parse_condition(ExpressionKind kind, std::string_view text, Placeholders& placeholders) {
  Tokens tokens = TRY(Tokens::of(kind, text));
  return ConditionGrammar(tokens, placeholders).whole();
}

}  // namespace caudal::items
