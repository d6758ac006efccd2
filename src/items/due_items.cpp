// SPDX-License-Identifier: Apache-2.0
#include "items/due_items.h"

#include <algorithm>
#include <charconv>

namespace caudal::items {
namespace {

constexpr size_t kDueBytes = 8;

std::optional<int64_t> due_of(const Table& table, const Item* item) {
  return item != nullptr ? items::due_of(*item, table.row.info.expiry.attribute) : std::nullopt;
}

}  // namespace

std::optional<int64_t> due_of(const Item& item, std::string_view attribute) {
  const Value* const value = item.find(attribute);
  const Number* const number = value != nullptr ? value->get_if<Number>() : nullptr;
  if (number == nullptr || number->is_negative()) return std::nullopt;
  if (const auto whole = number->to_int64()) return whole;
  const std::string text = number->to_string();
  const std::string_view digits = std::string_view(text).substr(0, text.find('.'));
  int64_t due = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), due);
  // What is too large for 64 bits is far enough in the future to be never.
  return error == std::errc() ? std::optional(due) : std::nullopt;
}

std::string due_key(Space space, int64_t due, std::string_view row_key) {
  std::string key = rows_of(space).lower;
  for (size_t n = kDueBytes; n-- > 0;) key.push_back(static_cast<char>(static_cast<uint64_t>(due) >> (8 * n)));
  return key.append(row_key);
}

DueEntry read_due_key(std::string_view due_key) {
  uint64_t due = 0;
  for (const char byte : due_key.substr(kSpaceBytes, kDueBytes)) due = due << 8 | static_cast<uint8_t>(byte);
  return {.due = static_cast<int64_t>(due), .row_key = due_key.substr(kSpaceBytes + kDueBytes)};
}

kv::Range due_at(Space space, Timestamp now) {
  const int64_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const int64_t oldest = seconds - std::chrono::seconds(kOldestExpiry).count();
  return {.lower = due_key(space, std::max<int64_t>(oldest, 0), ""), .upper = due_key(space, seconds, "")};
}

void change_due(const Table& table, std::string_view row_key, const Item* before, const Item* after, Changes& changes) {
  const Space space = table.row.expiry_space;
  if (space == 0) return;
  const auto was = due_of(table, before);
  const auto is = due_of(table, after);
  if (was == is) return;
  if (was) changes.remove_row(due_key(space, *was, row_key));
  if (is) changes.put_row(due_key(space, *is, row_key), {});
}

}  // namespace caudal::items
