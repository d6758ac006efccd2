// SPDX-License-Identifier: Apache-2.0
#include "items/remote/wording.h"

#include "base/check.h"
#include "items/remote/as_read.h"

namespace caudal::items::remote {
namespace {

std::string marked(const std::string& placeholder, char mark) {
  std::string out = placeholder;
  out.insert(1, 1, mark);
  return out;
}

std::string_view sign_of(SortOperator op) {
  switch (op) {
    case SortOperator::kEqual: return " = ";
    case SortOperator::kLess: return " < ";
    case SortOperator::kLessOrEqual: return " <= ";
    case SortOperator::kGreater: return " > ";
    case SortOperator::kGreaterOrEqual: return " >= ";
    case SortOperator::kBetween:
    case SortOperator::kBeginsWith: break;
  }
  CHECK(false, "neither is a sign");
  return {};
}

void print(Printer& out, const KeyClause& clause) {
  CHECK(clause.is_indexable, "what no key can be looked up by is refused before");
  const SortCondition& condition = clause.condition;
  const Path path = path_of(clause.attribute);
  if (condition.op == SortOperator::kBeginsWith) {
    out.raw("begins_with(").path(path).raw(", ").value(&condition.operand).raw(")");
  } else if (condition.op == SortOperator::kBetween) {
    out.path(path).raw(" BETWEEN ").value(&condition.operand).raw(" AND ").value(&condition.upper);
  } else {
    out.path(path).raw(sign_of(condition.op)).value(&condition.operand);
  }
}

}  // namespace

std::string Wording::take(Printed printed, char mark) {
  // Nothing in the text but placeholders has these signs: all names and values are placeholders.
  std::string text;
  for (const char c : printed.text) {
    text += c;
    if (c == '#' || c == ':') text += mark;
  }
  for (auto& [placeholder, name] : printed.names) names_.emplace(marked(placeholder, mark), std::move(name));
  for (const auto& [placeholder, value] : printed.values) values_.emplace(marked(placeholder, mark), to_wire(*value));
  return text;
}

std::optional<std::string> Wording::condition(const ExpressionsPtr& expressions) {
  if (!expressions || !expressions->condition) return std::nullopt;
  return take(items::print(*expressions->condition), 'c');
}
std::optional<std::string> Wording::condition(const Write& write) {
  if (!write.as_read.item) return condition(write.expressions);
  const Condition unchanged = still_as_read(write);
  if (!write.expressions || !write.expressions->condition) return take(items::print(unchanged), 'c');
  Condition both{.op = Condition::Op::kAnd};
  both.children = {unchanged, *write.expressions->condition};
  return take(items::print(both), 'c');
}
std::optional<std::string> Wording::update(const ExpressionsPtr& expressions) {
  // One of no actions has no text: the parameter is not there, and means the same.
  if (!expressions || !expressions->update || expressions->update->actions().empty()) return std::nullopt;
  return take(items::print(*expressions->update), 'u');
}
std::optional<std::string> Wording::filter(const ExpressionsPtr& expressions) {
  if (!expressions || !expressions->filter) return std::nullopt;
  return take(items::print(*expressions->filter), 'f');
}
std::optional<std::string> Wording::projection(const ExpressionsPtr& expressions) {
  if (!expressions || !expressions->projection) return std::nullopt;
  return take(items::print(*expressions->projection), 'p');
}
std::string Wording::key_condition(const KeyClauses& clauses) {
  Printer out;
  out.joined(clauses, " AND ", [&](const KeyClause& clause) { print(out, clause); });
  return take(out.take(), 'k');
}

}  // namespace caudal::items::remote
