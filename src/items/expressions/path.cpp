// SPDX-License-Identifier: Apache-2.0
// Document paths.
#include "items/expressions/path.h"

#include <fmt/format.h>

#include <algorithm>

#include "items/expressions/errors.h"

namespace caudal::items {
namespace {

Error told(const char* what, const Path& one, const Path& two) {
  return {ExpressionErrc::invalid_expression,
          fmt::format("Two document paths {} with each other; must remove or rewrite one of these paths; path one: {}, "
                      "path two: {}",
                      what, one.to_string(), two.to_string())};
}

const Value* step(const Value& from, const PathElement& element) {
  if (const auto* const index = std::get_if<uint32_t>(&element)) {
    const List* const list = from.get_if<List>();
    return list != nullptr && *index < list->size() ? &(*list)[*index] : nullptr;
  }
  const Map* const map = from.get_if<Map>();
  return map != nullptr ? map->find(std::get<std::string>(element)) : nullptr;
}

// Where the paths part, as an index of elements.
size_t common_length(const Path& one, const Path& two) {
  const auto parted = std::mismatch(one.elements.begin(), one.elements.end(), two.elements.begin(), two.elements.end());
  return static_cast<size_t>(parted.first - one.elements.begin());
}

}  // namespace

std::string Path::to_string() const {
  std::string text = "[";
  for (const PathElement& element : elements) {
    if (text.size() > 1) text += ", ";
    if (const auto* const name = std::get_if<std::string>(&element)) {
      text += *name;
    } else {
      text += fmt::format("[{}]", std::get<uint32_t>(element));
    }
  }
  return text + "]";
}

Path path_of(std::string attribute) { return {{PathElement(std::move(attribute))}}; }

const Value* find(const Item& item, const Path& path) {
  const Value* value = item.find(path.attribute());
  for (size_t i = 1; i < path.elements.size() && value != nullptr; ++i) value = step(*value, path.elements[i]);
  return value;
}

Result<void> check_overlap(const std::vector<Path>& paths) {
  // Which of two errors comes first: dynalite's tests, recorded against the service, tell overlaps before conflicts.
  const Path* conflict_one = nullptr;
  const Path* conflict_two = nullptr;
  for (size_t second = 1; second < paths.size(); ++second) {
    for (size_t first = 0; first < second; ++first) {
      const Path& one = paths[first];
      const Path& two = paths[second];
      const size_t common = common_length(one, two);
      if (common == one.elements.size() || common == two.elements.size()) return told("overlap", one, two);
      if (one.elements[common].index() != two.elements[common].index() && conflict_one == nullptr) {
        conflict_one = &one;
        conflict_two = &two;
      }
    }
  }
  if (conflict_one != nullptr) return told("conflict", *conflict_one, *conflict_two);
  return {};
}

}  // namespace caudal::items
