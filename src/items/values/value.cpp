// SPDX-License-Identifier: Apache-2.0
// Values: names of types, equality, order; items: finding and changing attributes.
#include "items/values/value.h"

#include <algorithm>
#include <array>

namespace caudal::items {
namespace {

constexpr std::array<std::string_view, kTypes> kTypeNames = {"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"};

// Up to here looking at each name is quicker than halving.
constexpr size_t kFewAttributes = 8;

template <class Attributes>
auto lower_bound(Attributes& attributes, std::string_view name) {
  if (attributes.size() <= kFewAttributes) {
    return std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& a) { return a.name >= name; });
  }
  return std::lower_bound(attributes.begin(), attributes.end(), name,
                          [](const Attribute& a, std::string_view wanted) { return a.name < wanted; });
}

}  // namespace

std::string_view to_string(Type type) { return kTypeNames[static_cast<size_t>(type)]; }

std::optional<Type> parse_type(std::string_view name) {
  const auto* const at = std::find(kTypeNames.begin(), kTypeNames.end(), name);
  if (at == kTypeNames.end()) return std::nullopt;
  return static_cast<Type>(at - kTypeNames.begin());
}

const Value* Item::find(std::string_view name) const {
  const auto at = lower_bound(attributes_, name);
  return at != attributes_.end() && at->name == name ? &at->value : nullptr;
}

Value* Item::find(std::string_view name) {
  const auto at = lower_bound(attributes_, name);
  return at != attributes_.end() && at->name == name ? &at->value : nullptr;
}

Value& Item::set(std::string name, Value value) {
  if (attributes_.empty() || attributes_.back().name < name) {
    return attributes_.emplace_back(Attribute{std::move(name), std::move(value)}).value;
  }
  const auto at = lower_bound(attributes_, name);
  if (at->name == name) return at->value = std::move(value);
  return attributes_.insert(at, Attribute{std::move(name), std::move(value)})->value;
}

bool Item::erase(std::string_view name) {
  const auto at = lower_bound(attributes_, name);
  if (at == attributes_.end() || at->name != name) return false;
  attributes_.erase(at);
  return true;
}

bool Item::operator==(const Item& other) const {
  return std::equal(begin(), end(), other.begin(), other.end(),
                    [](const Attribute& a, const Attribute& b) { return a.name == b.name && a.value == b.value; });
}

bool Value::operator==(const Value& other) const { return data_ == other.data_; }

std::optional<std::strong_ordering> compare(const Value& left, const Value& right) {
  if (left.type() != right.type()) return std::nullopt;
  if (const Number* const number = left.get_if<Number>()) return *number <=> *right.get_if<Number>();
  const auto bytes = bytes_of(left);
  if (!bytes) return std::nullopt;
  return *bytes <=> *bytes_of(right);
}

std::optional<std::string_view> bytes_of(const Value& value) {
  if (const auto* const text = value.get_if<std::string>()) return *text;
  if (const auto* const binary = value.get_if<Binary>()) return binary->bytes;
  return std::nullopt;
}

}  // namespace caudal::items
