// SPDX-License-Identifier: Apache-2.0
// The four statements.
#include <fmt/format.h>

#include <algorithm>

#include "items/partiql/parser.h"
#include "items/values/checks.h"

namespace caudal::items::partiql {
namespace {

// What a column is called: its last name, with the indexes behind it.
std::string name_of(const Path& path) {
  std::string name;
  for (const PathElement& element : path.elements) {
    if (const auto* const one = std::get_if<std::string>(&element)) {
      name = *one;
    } else {
      name += fmt::format("[{}]", std::get<uint32_t>(element));
    }
  }
  return name;
}

}  // namespace

Result<void> Parser::refuse_alias() {
  for (const char* word : {"WHERE", "SET", "REMOVE", "ORDER", "RETURNING", "GROUP", "HAVING", "LIMIT"}) {
    if (at_word(word)) return {};
  }
  if (at_name()) return invalid_statement("Aliasing is not supported");
  return {};
}

Result<void> Parser::table(bool may_have_index) {
  result_.table = TRY(name());
  if (!may_have_index || !accept_sign(".")) return {};
  result_.index = TRY(name());
  if (at_sign(".")) return invalid_statement("A path may contain at most 2 components in the FROM clause");
  return {};
}

Result<void> Parser::where() {
  if (accept_word("WHERE")) result_.where = TRY(disjunction());
  return {};
}

Result<void> Parser::columns() {
  if (accept_sign("*")) return {};
  do {
    if (at_function()) {
      return invalid_statement(fmt::format("Unexpected path component at {}", peek().position()));
    }
    Path one = TRY(path());
    std::string called = name_of(one);
    result_.columns.push_back({.path = std::move(one), .name = std::move(called)});
  } while (accept_sign(","));
  return {};
}

Result<void> Parser::order_by() {
  if (!at_word("ORDER") || !at_word("BY", 1)) return {};
  at_ += 2;
  do {
    OrderBy one{.attribute = TRY(name())};
    one.ascending = !accept_word("DESC");
    if (one.ascending) accept_word("ASC");
    result_.order_by.push_back(std::move(one));
  } while (accept_sign(","));
  return {};
}

Result<void> Parser::select() {
  result_.kind = StatementKind::kSelect;
  TRY(columns());
  TRY(expect_word("FROM"));
  TRY(table(true));
  TRY(refuse_alias());
  TRY(where());
  return order_by();
}

Result<void> Parser::insert() {
  result_.kind = StatementKind::kInsert;
  TRY(expect_word("INTO"));
  TRY(table(false));
  if (!accept_word("VALUE")) return leftover();
  TRY(expect_sign("{"));
  Value item = TRY(map(""));
  result_.item = std::move(*item.get_if<Map>());
  return check_levels(result_.item);
}

Result<UpdateOperand> Parser::set_operand() {
  if (at_word("LIST_APPEND") || at_word("IF_NOT_EXISTS")) {
    const bool append = at_word("LIST_APPEND");
    take();
    if (++nesting_ > kDeepestNesting) return not_well_formed("");
    TRY(expect_sign("("));
    UpdateOperand operand{.kind = append ? UpdateOperand::Kind::kListAppend : UpdateOperand::Kind::kIfNotExists};
    operand.arguments.push_back(TRY(set_operand()));
    TRY(expect_sign(","));
    operand.arguments.push_back(TRY(set_operand()));
    TRY(expect_sign(")"));
    --nesting_;
    if (append || operand.arguments[0].kind == UpdateOperand::Kind::kPath) return operand;
    return invalid_statement("Operator or function requires a document path; operator or function: if_not_exists");
  }
  const bool is_constant = at_word("TRUE") || at_word("FALSE") || at_word("NULL");
  if (at_name() && !is_constant && !at_function()) return UpdateOperand{.path = TRY(path())};
  return UpdateOperand{.kind = UpdateOperand::Kind::kValue, .value = TRY(constant())};
}

// SET a = set_add(a, <<…>>) is ADD, set_delete is DELETE.
Result<UpdateAction> Parser::set_function(Path path) {
  const Token name = take();
  const bool adds = name.text.size() == 7;
  const std::string_view called = adds ? "SET_ADD" : "SET_DELETE";
  TRY(expect_sign("("));
  const Token first = peek();
  std::vector<UpdateOperand> operands;
  do {
    operands.push_back(TRY(set_operand()));
  } while (accept_sign(","));
  TRY(expect_sign(")"));
  const auto refused = [&](std::string_view what, const Token& at) {
    return invalid_statement(fmt::format("{} at {}", what, at.position()));
  };
  if (operands.size() != 2) return refused(fmt::format("{} must have exactly two arguments", called), name);
  if (operands[0].kind != UpdateOperand::Kind::kPath || !(operands[0].path == path)) {
    return refused(fmt::format("The first argument to {} must equal the assignment value", called), name);
  }
  if (operands[1].value == nullptr || !operands[1].value->is_set()) {
    return refused(fmt::format("The second argument to {} must be a value with type SET", called), first);
  }
  UpdateAction action{.kind = adds ? UpdateAction::Kind::kAdd : UpdateAction::Kind::kDelete, .path = std::move(path)};
  action.operands.push_back(std::move(operands[1]));
  return action;
}

Result<UpdateAction> Parser::assignment() {
  Path target = TRY(path());
  TRY(expect_sign("="));
  if (at_word("SET_ADD") || at_word("SET_DELETE")) return set_function(std::move(target));
  UpdateAction action{.path = std::move(target)};
  action.operands.push_back(TRY(set_operand()));
  if (!at_sign("+") && !at_sign("-")) return action;
  action.arithmetic = at_sign("+") ? UpdateAction::Arithmetic::kPlus : UpdateAction::Arithmetic::kMinus;
  take();
  action.operands.push_back(TRY(set_operand()));
  return action;
}

// SET and REMOVE, as often as they come.
Result<void> Parser::changes() {
  if (!at_word("SET") && !at_word("REMOVE")) return unexpected();
  while (at_word("SET") || at_word("REMOVE")) {
    const bool sets = at_word("SET");
    take();
    do {
      if (sets) {
        actions_.push_back(TRY(assignment()));
      } else {
        actions_.push_back({.kind = UpdateAction::Kind::kRemove, .path = TRY(path())});
      }
    } while (accept_sign(","));
  }
  std::vector<Path> paths;
  for (const UpdateAction& action : actions_) paths.push_back(action.path);
  TRY(check_overlap(paths));
  result_.update = Update(std::move(actions_));
  return {};
}

Result<void> Parser::update() {
  result_.kind = StatementKind::kUpdate;
  TRY(table(false));
  TRY(refuse_alias());
  TRY(changes());
  TRY(where());
  return returning();
}

Result<void> Parser::from_first() {
  result_.kind = StatementKind::kUpdate;
  TRY(table(false));
  TRY(refuse_alias());
  TRY(where());
  TRY(changes());
  return returning();
}

Result<void> Parser::remove() {
  result_.kind = StatementKind::kDelete;
  TRY(expect_word("FROM"));
  TRY(table(false));
  TRY(refuse_alias());
  TRY(where());
  return returning();
}

Result<void> Parser::returning() {
  if (!accept_word("RETURNING")) return {};
  const bool all = accept_word("ALL");
  if (!all) TRY(expect_word("MODIFIED"));
  const bool old = accept_word("OLD");
  if (!old) TRY(expect_word("NEW"));
  TRY(expect_sign("*"));
  result_.returning =
      all ? (old ? Returning::kAllOld : Returning::kAllNew) : (old ? Returning::kModifiedOld : Returning::kModifiedNew);
  if (result_.kind != StatementKind::kDelete || result_.returning == Returning::kAllOld) return {};
  return invalid_statement(fmt::format(
      "Invalid returning clause: RETURNING {} {} *. Only RETURNING ALL OLD * is allowed in DELETE statements.",
      all ? "ALL" : "MODIFIED", old ? "OLD" : "NEW"));
}

Result<Statement> Parser::statement() {
  result_.exists = at_word("EXISTS");
  if (accept_word("EXISTS")) TRY(expect_sign("("));
  if (accept_word("SELECT")) {
    TRY(select());
  } else if (result_.exists) {
    return unexpected();
  } else if (accept_word("INSERT")) {
    TRY(insert());
  } else if (accept_word("UPDATE")) {
    TRY(update());
  } else if (accept_word("DELETE")) {
    TRY(remove());
  } else if (accept_word("FROM")) {
    TRY(from_first());
  } else {
    return unexpected();
  }
  if (result_.exists) TRY(expect_sign(")"));
  if (peek().kind != TokenKind::kEnd) return leftover();
  if (next_parameter_ != parameters_.size()) {
    return invalid_statement("Number of parameters in request and statement don't match.");
  }
  return std::move(result_);
}

Result<Statement> parse_statement(std::string_view text, std::vector<Value> parameters) {
  return Parser(TRY(tokenize(text)), std::move(parameters)).statement();
}

}  // namespace caudal::items::partiql
