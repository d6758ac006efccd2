// SPDX-License-Identifier: Apache-2.0
// Nesting, sizes and sets. Unless it says otherwise, a message is as dynalite's tests recorded it from the service.
#include "items/values/checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "base/encoding.h"
#include "items/values/errors.h"

namespace caudal::items {
namespace {

Error invalid(std::string message) { return {ValueErrc::invalid_value, std::move(message)}; }

struct SizeOf {
  size_t operator()(const std::string& text) const { return text.size(); }
  size_t operator()(const Number& number) const { return number.size_bytes(); }
  size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
  size_t operator()(bool) const { return 1; }
  size_t operator()(Null) const { return 1; }
  template <class T>
  size_t operator()(const SetOf<T>& set) const {
    size_t sum = 0;
    for (const T& member : set) sum += (*this)(member);
    return sum;
  }
  // The developer guide: 3 bytes for a list or map whatever it holds, and 1 for each element.
  size_t operator()(const List& list) const {
    size_t sum = 3;
    for (const Value& element : list) sum += 1 + size_bytes(element);
    return sum;
  }
  size_t operator()(const Map& map) const { return 3 + map.size() + size_bytes(map); }
};

// Whether `value` has more than `left` levels; looks no deeper.
bool deeper_than(const Value& value, int left) {
  if (left == 0) return true;
  if (const List* const list = value.get_if<List>()) {
    return std::any_of(list->begin(), list->end(), [&](const Value& v) { return deeper_than(v, left - 1); });
  }
  if (const Map* const map = value.get_if<Map>()) {
    return std::any_of(map->begin(), map->end(), [&](const Attribute& a) { return deeper_than(a.value, left - 1); });
  }
  return false;
}

// A copy of members that may hold one twice, to be told in their order.
template <class T>
std::vector<T> unless_sorted(const std::vector<T>& members) {
  const bool sorted = std::adjacent_find(members.begin(), members.end(), std::greater_equal<T>()) == members.end();
  return sorted ? std::vector<T>() : members;
}

}  // namespace

int levels_of(const Value& value) {
  int below = 0;
  if (const List* const list = value.get_if<List>()) {
    for (const Value& element : *list) below = std::max(below, levels_of(element));
  } else if (const Map* const map = value.get_if<Map>()) {
    for (const Attribute& attribute : *map) below = std::max(below, levels_of(attribute.value));
  }
  return below + 1;
}

Error too_many_levels() {
  return invalid(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported "
      "limit");
}

Error not_null() {
  return invalid("One or more parameter values were invalid: Null attribute value types must have the value of true");
}

Result<void> check_levels(const Item& item) {
  for (const Attribute& attribute : item) {
    if (deeper_than(attribute.value, kMostLevels)) return too_many_levels();
  }
  return {};
}

// As DynamoDB Local has it.
Result<void> check_name(std::string_view name) {
  if (name.empty()) return invalid("Empty attribute name");
  if (name.size() > kMostNameBytes) return invalid("Attribute name is too large, must be less than 65536 bytes");
  return {};
}

size_t size_bytes(const Value& value) { return std::visit(SizeOf{}, value.data()); }

size_t size_bytes(const Item& item) {
  size_t sum = 0;
  for (const Attribute& attribute : item) sum += attribute.name.size() + size_bytes(attribute.value);
  return sum;
}

Result<StringSet> string_set(std::vector<std::string> members) {
  if (members.empty()) return invalid("One or more parameter values were invalid: An string set  may not be empty");
  const auto as_they_came = unless_sorted(members);
  auto set = StringSet::make(std::move(members));
  if (set) return *std::move(set);
  return invalid(fmt::format("One or more parameter values were invalid: Input collection [{}] contains duplicates.",
                             fmt::join(as_they_came, ", ")));
}

Result<NumberSet> number_set(std::vector<Number> members) {
  if (members.empty()) return invalid("One or more parameter values were invalid: An number set  may not be empty");
  auto set = NumberSet::make(std::move(members));
  if (set) return *std::move(set);
  return invalid("Input collection contains duplicates");
}

Result<BinarySet> binary_set(std::vector<Binary> members) {
  if (members.empty()) return invalid("One or more parameter values were invalid: Binary sets should not be empty");
  const auto as_they_came = unless_sorted(members);
  auto set = BinarySet::make(std::move(members));
  if (set) return *std::move(set);
  std::string told;
  for (const Binary& member : as_they_came) told += (told.empty() ? "" : ", ") + to_base64(member.bytes);
  return invalid(fmt::format(
      "One or more parameter values were invalid: Input collection [{}]of type BS contains duplicates.", told));
}

}  // namespace caudal::items
