// SPDX-License-Identifier: Apache-2.0
#include "items/statements/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "items/errors.h"
#include "items/expressions/errors.h"
#include "items/statements/where.h"

namespace caudal::items {
namespace {

constexpr uint64_t kPageHalves = 512;  // of a page of 1 MB, read consistently
constexpr size_t kMostPartitions = 50;

Error invalid(std::string message) { return {ExpressionErrc::invalid_expression, std::move(message)}; }

// What a SELECT reads from: the key of the table, or of the index that it names.
Result<KeySchema> schema_of(const partiql::Statement& statement, const TableInfo& table) {
  if (!statement.index) return table.definition.key;
  const auto& indexes = table.definition.indexes;
  const auto found = std::ranges::find(indexes, *statement.index, &IndexDefinition::name);
  if (found == indexes.end()) return Error{Errc::invalid_request, "The table does not have the specified index"};
  return found->key;
}

void conjuncts(const Condition& condition, std::vector<const Condition*>& all) {
  if (condition.op != Condition::Op::kAnd) return all.push_back(&condition);
  for (const Condition& child : condition.children) conjuncts(child, all);
}

bool is_choice_of(const Condition& condition, const std::string& attribute) {
  if (condition.op != Condition::Op::kIn || !condition.operands.front().is_path()) return false;
  const Path& path = condition.operands.front().path;
  if (path.is_nested() || path.attribute() != attribute) return false;
  return std::all_of(condition.operands.begin() + 1, condition.operands.end(),
                     [](const Operand& one) { return one.constant() != nullptr; });
}

// WHERE with "key IN (a, b)" as one WHERE with "key = a" and one with "key = b"; the WHERE alone when it has no such.
std::vector<Condition> choices(const Condition& where, const KeySchema& schema) {
  std::vector<const Condition*> all;
  conjuncts(where, all);
  const auto choice = std::ranges::find_if(
      all, [&](const Condition* one) { return is_choice_of(*one, schema.partition.front().name); });
  if (schema.partition.size() > 1 || choice == all.end()) return {where};
  std::vector<Condition> out;
  std::vector<const Value*> seen;
  for (size_t n = 1; n < (*choice)->operands.size(); ++n) {
    const Value* const value = (*choice)->operands[n].constant();
    if (std::ranges::any_of(seen, [&](const Value* one) { return *one == *value; })) continue;
    seen.push_back(value);
    Condition with{.op = Condition::Op::kAnd};
    with.children.push_back(
        {.op = Condition::Op::kEqual, .operands = {(*choice)->operands.front(), (*choice)->operands[n]}});
    for (const Condition* const one : all) {
      if (one != *choice) with.children.push_back(*one);
    }
    out.push_back(std::move(with));
  }
  return out;
}

const Value& first_value(const Item& key, const KeySchema& schema) { return *key.find(schema.partition.front().name); }

}  // namespace

std::vector<Item> keys_of(const partiql::Statement& statement, const KeySchema& schema) {
  std::vector<Item> all;
  if (!statement.where) return all;
  for (const Condition& where : choices(*statement.where, schema)) {
    const auto keys = partiql::split_where(where, schema);
    if (!keys || !keys->key) return {};
    all.push_back(key_of_condition(schema, *keys->key));
  }
  return all;
}

Result<Selection> Selection::make(partiql::Statement statement, const TableInfo& table) {
  const KeySchema schema = TRY(schema_of(statement, table));
  Selection selection(std::move(statement));
  TRY(selection.split(schema, !selection.statement_.index));
  TRY(selection.order(schema));
  selection.choose_attributes();
  return selection;
}

Result<void> Selection::split(const KeySchema& schema, bool is_table) {
  if (!statement_.where) {
    parts_.emplace_back();
    return {};
  }
  const std::vector<Condition> all = choices(*statement_.where, schema);
  if (all.size() > kMostPartitions) {
    return invalid(
        fmt::format("Too many partition keys: {}, where at most {} are looked up", all.size(), kMostPartitions));
  }
  for (const Condition& where : all) {
    partiql::WhereKeys keys = TRY(partiql::split_where(where, schema));
    if (!keys.key) {
      parts_.assign(1, {.rest = statement_.where});
      return {};
    }
    kind_ = keys.is_one_item && is_table && all.size() == 1 ? Kind::kItem : Kind::kQuery;
    parts_.push_back({.key = key_of_condition(schema, *keys.key),
                      .clauses = clauses_of(schema, *keys.key),
                      .rest = std::move(keys.rest)});
  }
  return {};
}

Result<void> Selection::order(const KeySchema& schema) {
  if (statement_.order_by.empty()) return {};
  if (!statement_.where) return invalid("Must have WHERE clause in the statement when using ORDER BY clause.");
  if (kind_ == Kind::kScan) {
    return invalid(
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
  }
  // Observed: without the sort key in ORDER BY a partition is answered from its end.
  is_forward_ = false;
  bool has_partition = false;
  for (const partiql::OrderBy& one : statement_.order_by) {
    if (schema.find(one.attribute) == nullptr) {
      return invalid(fmt::format("Attribute {} in ORDER BY clause must be part of the primary key", one.attribute));
    }
    if (one.attribute != schema.partition.front().name) {
      is_forward_ = one.ascending;
      continue;
    }
    has_partition = true;
    std::ranges::sort(parts_, [&](const Part& a, const Part& b) {
      const auto order = compare(first_value(a.key, schema), first_value(b.key, schema));
      return order && (one.ascending ? *order < 0 : *order > 0);
    });
  }
  if (parts_.size() > 1 && !has_partition) {
    return invalid(
        "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.");
  }
  return {};
}

void Selection::choose_attributes() {
  if (statement_.columns.empty()) return;
  std::vector<std::string> names;
  for (const partiql::Column& column : statement_.columns) names.push_back(column.path.attribute());
  for (const Part& part : parts_) {
    if (!part.rest) continue;
    for (std::string& name : attributes_of(*part.rest)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<Path> paths;
  for (std::string& name : names) paths.push_back(path_of(std::move(name)));
  auto expressions = std::make_shared<Expressions>();
  expressions->projection = Projection(std::move(paths));
  expressions_ = std::move(expressions);
}

Get Selection::get(bool is_consistent) const {
  return {.table = statement_.table,
          .key = parts_.front().key,
          .expressions = expressions_,
          .is_consistent = is_consistent};
}

void Selection::take(const Part& part, std::vector<Item> items, std::vector<Item>& out) const {
  for (Item& item : items) {
    if (part.rest && !fulfils(item, *part.rest)) continue;
    if (statement_.columns.empty()) {
      out.push_back(std::move(item));
      continue;
    }
    Item& answer = out.emplace_back();
    for (const partiql::Column& column : statement_.columns) {
      if (const Value* const value = find(item, column.path)) answer.set(column.name, *value);
    }
  }
}

std::optional<Item> Selection::answer(std::optional<Item> item) const {
  if (!item) return std::nullopt;
  std::vector<Item> read;
  read.push_back(*std::move(item));
  std::vector<Item> out;
  take(parts_.front(), std::move(read), out);
  if (out.empty()) return std::nullopt;
  return std::move(out.front());
}

Result<Selected> Selection::one(const Store& store, const SelectOptions& options) const {
  Got got = TRY(store.get(get(options.is_consistent)));
  Selected selected{.capacity = std::move(got.capacity)};
  if (auto item = answer(std::move(got.item))) selected.items.push_back(*std::move(item));
  return selected;
}

Result<Page> Selection::page(const Store& store, const SelectOptions& options, const Place& from,
                             uint64_t looked_at) const {
  const Select select = expressions_ != nullptr ? items::Select::kSpecific : items::Select::kAllProjected;
  const auto left = options.limit ? std::optional(*options.limit - looked_at) : std::nullopt;
  if (kind_ == Kind::kScan) {
    return store.scan({.table = statement_.table,
                       .index = statement_.index.value_or(""),
                       .expressions = expressions_,
                       .select = select,
                       .limit = left,
                       .start_after = from.after,
                       .is_consistent = options.is_consistent});
  }
  return store.query({.table = statement_.table,
                      .index = statement_.index.value_or(""),
                      .key = parts_[from.part].clauses,
                      .expressions = expressions_,
                      .select = select,
                      .is_forward = is_forward_,
                      .limit = left,
                      .start_after = from.after,
                      .is_consistent = options.is_consistent});
}

Result<Selected> Selection::read(const Store& store, const SelectOptions& options) const {
  if (kind_ == Kind::kItem) return one(store, options);
  Selected selected;
  Place at = options.from.value_or(Place());
  if (at.part >= parts_.size()) return invalid("The provided starting key is invalid");
  uint64_t looked_at = 0;
  uint64_t halves = 0;
  for (;;) {
    Page page = TRY(this->page(store, options, at, looked_at));
    looked_at += page.scanned;
    halves += page.capacity.table_halves;
    for (const auto& [name, of_index] : page.capacity.index_halves) halves += of_index;
    selected.capacity += page.capacity;
    take(parts_[at.part], std::move(page.items), selected.items);
    if (page.last_key) {
      at.after = std::move(page.last_key);
      break;
    }
    at = {.part = at.part + 1};
    if (at.part == parts_.size()) return selected;
    if (halves >= kPageHalves || (options.limit && looked_at >= *options.limit)) break;
  }
  selected.next = std::move(at);
  return selected;
}

}  // namespace caudal::items
