// SPDX-License-Identifier: Apache-2.0
// The keys in a WHERE: among what AND joins, the clauses that a store can look up.
#include <algorithm>

#include "items/expressions/key_clauses.h"
#include "items/partiql/statement.h"

namespace caudal::items::partiql {
namespace {

// What AND joins, at any depth.
void conjuncts(const Condition& condition, std::vector<const Condition*>& all) {
  if (condition.op != Condition::Op::kAnd) return all.push_back(&condition);
  for (const Condition& child : condition.children) conjuncts(child, all);
}

// The clause that this is about `attribute`, if it is one.
std::optional<KeyClause> clause_about(const Condition& condition, const std::string& attribute) {
  auto clauses = key_clauses(condition);
  if (!clauses || clauses->size() != 1 || clauses->front().attribute != attribute) return std::nullopt;
  return std::move(clauses->front());
}

class Splitter {
 public:
  Splitter(const Condition& where, const KeySchema& schema) : schema_(schema) { conjuncts(where, left_); }

  Result<WhereKeys> split() {
    WhereKeys keys;
    if (!take_partition()) {
      keys.rest = rest(all_);
      return keys;
    }
    const bool whole = take_sort();
    keys.key = TRY(key_condition(clauses_, schema_));
    keys.is_one_item = whole;
    keys.rest = rest(left_);
    return keys;
  }

 private:
  bool take_partition() {
    all_ = left_;
    return std::all_of(schema_.partition.begin(), schema_.partition.end(),
                       [&](const KeyAttribute& one) { return take(one.name, true) == SortOperator::kEqual; });
  }
  // Whether all attributes of the sort key are given by equality.
  bool take_sort() {
    return std::all_of(schema_.sort.begin(), schema_.sort.end(),
                       [&](const KeyAttribute& one) { return take(one.name, false) == SortOperator::kEqual; });
  }
  // Takes the first clause about the attribute.
  std::optional<SortOperator> take(const std::string& attribute, bool only_equality) {
    for (auto at = left_.begin(); at != left_.end(); ++at) {
      auto clause = clause_about(**at, attribute);
      if (!clause || (only_equality && clause->condition.op != SortOperator::kEqual)) continue;
      left_.erase(at);
      clauses_.push_back(*std::move(clause));
      return clauses_.back().condition.op;
    }
    return std::nullopt;
  }
  static std::optional<Condition> rest(const std::vector<const Condition*>& conditions) {
    if (conditions.empty()) return std::nullopt;
    if (conditions.size() == 1) return *conditions.front();
    Condition all{.op = Condition::Op::kAnd};
    for (const Condition* const one : conditions) all.children.push_back(*one);
    return all;
  }

  const KeySchema& schema_;
  std::vector<const Condition*> all_;
  std::vector<const Condition*> left_;
  KeyClauses clauses_;
};

}  // namespace

Result<WhereKeys> split_where(const Statement& statement, const KeySchema& schema) {
  if (!statement.where) return WhereKeys();
  return split_where(*statement.where, schema);
}

Result<WhereKeys> split_where(const Condition& where, const KeySchema& schema) {
  return Splitter(where, schema).split();
}

}  // namespace caudal::items::partiql
