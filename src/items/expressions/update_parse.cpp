// SPDX-License-Identifier: Apache-2.0
// The grammar of updates, by recursive descent. Unless it says otherwise, a message is as dynalite's tests recorded it
// from the service.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "items/expressions/grammar.h"
#include "items/expressions/update.h"

namespace caudal::items {
namespace {

using Kind = UpdateAction::Kind;
using Arithmetic = UpdateAction::Arithmetic;

constexpr std::array<std::string_view, 4> kSections = {"SET", "REMOVE", "ADD", "DELETE"};  // in the order of Kind

// What ADD and DELETE call the types that they do not take.
std::string_view long_name(Type type) {
  switch (type) {
    case Type::kString: return "STRING";
    case Type::kNumber: return "NUMBER";
    case Type::kBinary: return "BINARY";
    case Type::kBoolean: return "BOOLEAN";
    case Type::kNull: return "NULL";
    case Type::kList: return "LIST";
    case Type::kMap: return "MAP";
    default: return to_string(type);
  }
}

bool is_condition_function(std::string_view name) {
  return name == "attribute_exists" || name == "attribute_not_exists" || name == "attribute_type" ||
         name == "begins_with" || name == "contains" || name == "size";
}

// What follows "=": an operand, or two with a sign between them.
struct SetValue {
  std::vector<UpdateOperand> operands;
  Arithmetic arithmetic = Arithmetic::kNone;
};

class UpdateGrammar final : public Grammar {
 public:
  using Grammar::Grammar;

  Result<Update> whole() {
    do {
      TRY(section());
    } while (!tokens_.at(TokenKind::kEnd));
    const std::string* problem = problems_.first({Problem::kReservedWord, Problem::kUnknownFunction, Problem::kSection,
                                                  Problem::kUndefinedName, Problem::kUndefinedValue});
    if (problem != nullptr) return tokens_.invalid(*problem);
    std::vector<Path> paths;
    for (const UpdateAction& action : actions_) paths.push_back(action.path);
    const auto overlap = check_overlap(paths);
    if (!overlap) return tokens_.invalid(overlap.error().message);
    problem = problems_.first({Problem::kTarget, Problem::kOperandType});
    if (problem != nullptr) return tokens_.invalid(*problem);
    return Update(std::move(actions_));
  }

 private:
  bool at_keyword() const override { return section_at().has_value(); }

  std::optional<Kind> section_at() const {
    for (size_t i = 0; i < kSections.size(); ++i) {
      if (tokens_.at_word(kSections[i])) return static_cast<Kind>(i);
    }
    return std::nullopt;
  }

  Result<void> section();
  Result<UpdateAction> action(Kind kind);
  Result<SetValue> set_value();
  // In parentheses, a sum or a difference may stand where it is the whole value, and nowhere else.
  Result<SetValue> operand(bool may_be_sum);
  Result<SetValue> parenthesised(bool may_be_sum);
  Result<UpdateOperand> plain_operand();
  Result<UpdateOperand> function();
  Result<UpdateOperand> function_of(std::string_view name, std::vector<UpdateOperand> arguments);
  void check_target(Kind kind, const Value& value);
  void check_constant(std::string_view of, const UpdateOperand& operand, Type wanted);
  void note_type(std::string_view of, Type type) {
    problems_.note(Problem::kOperandType,
                   fmt::format("Incorrect operand type for operator or function; operator or function: {}, operand "
                               "type: {}",
                               of, to_string(type)));
  }

  std::vector<UpdateAction> actions_;
  std::array<bool, kSections.size()> seen_ = {};
};

Result<void> UpdateGrammar::section() {
  const auto kind = section_at();
  if (!kind) return tokens_.unexpected();
  tokens_.take();
  const auto index = static_cast<size_t>(*kind);
  if (seen_[index]) {
    problems_.note(Problem::kSection,
                   fmt::format("The \"{}\" section can only be used once in an update expression;", kSections[index]));
  }
  seen_[index] = true;
  do {
    actions_.push_back(TRY(action(*kind)));
  } while (tokens_.accept(TokenKind::kComma));
  // What follows must be another section.
  if (tokens_.at(TokenKind::kEnd) || section_at()) return {};
  return tokens_.unexpected();
}

Result<UpdateAction> UpdateGrammar::action(Kind kind) {
  UpdateAction action{.kind = kind, .path = TRY(path())};
  if (kind == Kind::kSet) {
    TRY(tokens_.expect(TokenKind::kEqual));
    SetValue value = TRY(set_value());
    action.operands = std::move(value.operands);
    action.arithmetic = value.arithmetic;
  } else if (kind != Kind::kRemove) {
    if (!tokens_.at(TokenKind::kValue)) return tokens_.unexpected();
    const Value* const constant = value();
    check_target(kind, *constant);
    action.operands.push_back({.kind = UpdateOperand::Kind::kValue, .value = constant});
  }
  return action;
}

Result<SetValue> UpdateGrammar::set_value() {
  SetValue left = TRY(operand(true));
  const bool plus = tokens_.at(TokenKind::kPlus);
  if (left.arithmetic != Arithmetic::kNone || (!plus && !tokens_.at(TokenKind::kMinus))) return left;
  const std::string_view sign = tokens_.text(tokens_.take());
  TRY(count_operator());
  SetValue right = TRY(operand(false));
  left.operands.push_back(std::move(right.operands.front()));
  left.arithmetic = plus ? Arithmetic::kPlus : Arithmetic::kMinus;
  for (const UpdateOperand& one : left.operands) check_constant(sign, one, Type::kNumber);
  return left;
}

Result<SetValue> UpdateGrammar::operand(bool may_be_sum) {
  if (tokens_.at(TokenKind::kOpen)) return parenthesised(may_be_sum);
  SetValue value;
  value.operands.push_back(TRY(plain_operand()));
  return value;
}

Result<SetValue> UpdateGrammar::parenthesised(bool may_be_sum) {
  if (++nesting_ > kDeepestNesting) return tokens_.invalid("The expression has redundant parentheses;");
  tokens_.take();
  SetValue inner = TRY(may_be_sum ? set_value() : operand(false));
  TRY(tokens_.expect(TokenKind::kClose));
  --nesting_;
  return inner;
}

Result<UpdateOperand> UpdateGrammar::plain_operand() {
  if (tokens_.at(TokenKind::kValue)) return UpdateOperand{.kind = UpdateOperand::Kind::kValue, .value = value()};
  if (tokens_.at(TokenKind::kWord) && !at_keyword() && tokens_.peek_second().kind == TokenKind::kOpen) {
    return function();
  }
  return UpdateOperand{.path = TRY(path())};
}

Result<UpdateOperand> UpdateGrammar::function() {
  const std::string_view name = tokens_.text(tokens_.take());
  tokens_.take();
  if (++nesting_ > kDeepestNesting) return tokens_.invalid(fmt::format("Invalid function name; function: {}", name));
  std::vector<UpdateOperand> arguments;
  do {
    SetValue one = TRY(operand(false));
    arguments.push_back(std::move(one.operands.front()));
  } while (tokens_.accept(TokenKind::kComma));
  TRY(tokens_.expect(TokenKind::kClose));
  --nesting_;
  return function_of(name, std::move(arguments));
}

Result<UpdateOperand> UpdateGrammar::function_of(std::string_view name, std::vector<UpdateOperand> arguments) {
  using OperandKind = UpdateOperand::Kind;
  const bool if_not_exists = name == "if_not_exists";
  if (!if_not_exists && name != "list_append") {
    problems_.note(Problem::kUnknownFunction,
                   is_condition_function(name)
                       ? fmt::format("The function is not allowed in an update expression; function: {}", name)
                       : fmt::format("Invalid function name; function: {}", name));
  } else if (arguments.size() != 2) {
    problems_.note(Problem::kOperandType,
                   fmt::format("Incorrect number of operands for operator or function; operator or function: {}, "
                               "number of operands: {}",
                               name, arguments.size()));
  } else if (if_not_exists && arguments[0].kind != OperandKind::kPath) {
    problems_.note(Problem::kOperandType,
                   fmt::format("Operator or function requires a document path; operator or function: {}", name));
  } else if (!if_not_exists) {
    for (const UpdateOperand& one : arguments) check_constant(name, one, Type::kList);
  }
  return UpdateOperand{.kind = if_not_exists ? OperandKind::kIfNotExists : OperandKind::kListAppend,
                       .arguments = std::move(arguments)};
}

void UpdateGrammar::check_target(Kind kind, const Value& value) {
  if (value.is_set() || (kind == Kind::kAdd && value.is(Type::kNumber))) return;
  problems_.note(Problem::kTarget,
                 fmt::format("Incorrect operand type for operator or function; operator: {}, operand type: {}",
                             kSections[static_cast<size_t>(kind)], long_name(value.type())));
}

void UpdateGrammar::check_constant(std::string_view of, const UpdateOperand& operand, Type wanted) {
  if (operand.kind == UpdateOperand::Kind::kValue && !operand.value->is(wanted)) note_type(of, operand.value->type());
}

}  // namespace

Update::Update(std::vector<UpdateAction> actions, bool legacy)
    : actions_(std::move(actions)), legacy_(legacy), touched_([this] {
        std::vector<Path> paths;
        for (const UpdateAction& action : actions_) paths.push_back(action.path);
        return Projection(std::move(paths));
      }()) {}

Result<Update> parse_update(std::string_view text, Placeholders& placeholders) {
  Tokens tokens = TRY(Tokens::of(ExpressionKind::kUpdate, text));
  return UpdateGrammar(tokens, placeholders).whole();
}

}  // namespace caudal::items
