// SPDX-License-Identifier: Apache-2.0
// Projections: grammar and application.
#include "items/expressions/projection.h"

#include <fmt/format.h>

#include <set>

#include "items/expressions/errors.h"
#include "items/expressions/grammar.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

class ProjectionGrammar final : public Grammar {
 public:
  using Grammar::Grammar;

  Result<Projection> whole() {
    std::vector<Path> paths;
    do {
      paths.push_back(TRY(path()));
    } while (tokens_.accept(TokenKind::kComma));
    if (!tokens_.at(TokenKind::kEnd)) return tokens_.unexpected();
    const std::string* const problem = problems_.first({Problem::kReservedWord, Problem::kUndefinedName});
    if (problem != nullptr) return tokens_.invalid(*problem);
    const auto overlap = check_overlap(paths);
    if (!overlap) return tokens_.invalid(overlap.error().message);
    return Projection(std::move(paths));
  }
};

}  // namespace

Projection::Projection(std::vector<Path> paths) : paths_(std::move(paths)) {
  for (const Path& path : paths_) tree_.add(path, Wanted{});
}

std::optional<Value> Projection::part(const Tree& tree, const Value& value) {
  if (tree.leaf) return value;
  if (const Map* const map = value.get_if<Map>()) {
    Map some;
    for (const auto& [name, below] : tree.names) {
      const Value* const there = map->find(name);
      auto one = there != nullptr ? part(below, *there) : std::nullopt;
      if (one) some.set(name, *std::move(one));
    }
    return some.empty() ? std::nullopt : std::optional(Value(std::move(some)));
  }
  if (const List* const list = value.get_if<List>()) {
    List some;
    for (const auto& [index, below] : tree.indexes) {
      auto one = index < list->size() ? part(below, (*list)[index]) : std::nullopt;
      if (one) some.push_back(*std::move(one));
    }
    return some.empty() ? std::nullopt : std::optional(Value(std::move(some)));
  }
  return std::nullopt;
}

Item Projection::of(const Item& item) const {
  Item some;
  for (const auto& [name, below] : tree_.names) {
    const Value* const value = item.find(name);
    auto one = value != nullptr ? part(below, *value) : std::nullopt;
    if (one) some.set(name, *std::move(one));
  }
  return some;
}

Result<Item> Projection::of_stored(std::string_view stored) const {
  Item some;
  auto wanted = tree_.names.begin();
  EncodedItem in(stored);
  // Both are sorted by name.
  while (wanted != tree_.names.end() && TRY(in.next())) {
    while (wanted != tree_.names.end() && wanted->first < in.name()) ++wanted;
    if (wanted == tree_.names.end() || wanted->first != in.name()) continue;
    Value value = TRY(in.value());
    auto one = wanted->second.leaf ? std::optional(std::move(value)) : part(wanted->second, value);
    if (one) some.set(wanted->first, *std::move(one));
  }
  return some;
}

Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders) {
  Tokens tokens = TRY(Tokens::of(ExpressionKind::kProjection, text));
  return ProjectionGrammar(tokens, placeholders).whole();
}

Result<Projection> projection_of_attributes(const std::vector<std::string>& names) {
  std::vector<Path> paths;
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) {
      return Error{
          ExpressionErrc::invalid_expression,
          fmt::format("One or more parameter values were invalid: Duplicate value in attribute name: {}", name)};
    }
    paths.push_back(path_of(name));
  }
  return Projection(std::move(paths));
}

Printed print(const Projection& projection) {
  Printer out;
  out.joined(projection.paths(), ", ", [&](const Path& path) { out.path(path); });
  return out.take();
}

}  // namespace caudal::items
