// SPDX-License-Identifier: Apache-2.0
// What "#name" and ":value" stand for. The messages are those that dynalite's tests recorded from the service.
#include "items/expressions/placeholders.h"

#include <fmt/format.h>

#include <algorithm>

#include "items/expressions/errors.h"
#include "items/values/checks.h"
#include "items/values/wire.h"

namespace caudal::items {
namespace {

constexpr size_t kLongestKeyBytes = 255;  // with its "#" or ":"

Error invalid(std::string message) { return {ExpressionErrc::invalid_expression, std::move(message)}; }

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

Result<void> check_key(std::string_view parameter, std::string_view key, char sign) {
  if (key.size() > kLongestKeyBytes) {
    return invalid(fmt::format(
        "{} contains invalid key: The expression attribute map contains a key that is too long; size of key: {}",
        parameter, key.size()));
  }
  const std::string_view rest = key.substr(key.empty() ? 0 : 1);
  if (key.empty() || key.front() != sign || rest.empty() ||
      !std::all_of(rest.begin(), rest.end(), is_letter_or_digit)) {
    return invalid(fmt::format("{} contains invalid key: Syntax error; key: \"{}\"", parameter, key));
  }
  return {};
}

template <class Entries>
Result<void> check_used(std::string_view parameter, const Entries& entries) {
  std::string unused;
  for (const auto& entry : entries) {
    if (!entry.used) unused += (unused.empty() ? "" : ", ") + entry.key;
  }
  if (unused.empty()) return {};
  return invalid(fmt::format("Value provided in {} unused in expressions: keys: {{{}}}", parameter, unused));
}

}  // namespace

Result<Placeholders> Placeholders::make(const std::optional<Names>& names, std::optional<aws::AttributeMap>&& values) {
  constexpr std::string_view kNames = "ExpressionAttributeNames";
  constexpr std::string_view kValues = "ExpressionAttributeValues";
  Placeholders result;
  if (names) {
    if (names->empty()) return invalid("ExpressionAttributeNames must not be empty");
    for (const auto& [key, name] : *names) {
      TRY(check_key(kNames, key, '#'));
      if (auto named = check_name(name); !named) {
        return invalid(fmt::format("{} contains invalid value: {} for key {}", kNames, named.error().message, key));
      }
      result.names_.push_back({key, name});
    }
  }
  if (values) {
    if (values->empty()) return invalid("ExpressionAttributeValues must not be empty");
    for (const auto& [key, value] : *values) TRY(check_key(kValues, key, ':'));
    result.values_.reserve(values->size());
    for (auto& [key, value] : *values) {
      auto read = from_wire(std::move(value));
      if (!read) {
        return invalid(fmt::format("{} contains invalid value: {} for key {}", kValues, read.error().message, key));
      }
      result.values_.push_back({key, *std::move(read)});
    }
  }
  return result;
}

template <class T>
const T* Placeholders::use(std::vector<Entry<T>>& entries, std::string_view key) {
  const auto at = std::lower_bound(entries.begin(), entries.end(), key,
                                   [](const Entry<T>& entry, std::string_view wanted) { return entry.key < wanted; });
  if (at == entries.end() || at->key != key) return nullptr;
  at->used = true;
  return &at->value;
}

const std::string* Placeholders::name(std::string_view placeholder) { return use(names_, placeholder); }

const Value* Placeholders::value(std::string_view placeholder) { return use(values_, placeholder); }

Result<void> Placeholders::check_all_used() const {
  TRY(check_used("ExpressionAttributeNames", names_));
  return check_used("ExpressionAttributeValues", values_);
}

}  // namespace caudal::items
