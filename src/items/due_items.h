// SPDX-License-Identifier: Apache-2.0
// When items expire. A table that has them expire has a space of items.rows with an entry for each item that does, in
// order of time, kept by the decision that writes the item: so who sweeps reads what is due, and nothing else. Inside
// room items only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "items/committer.h"
#include "items/tables.h"

namespace caudal::items {

// What expired longer ago is kept: DynamoDB takes such values for mistakes.
inline constexpr std::chrono::days kOldestExpiry{5 * 365};

// Seconds since 1970 that the attribute says, without a fraction; nothing: it never expires.
std::optional<int64_t> due_of(const Item& item, std::string_view attribute);

std::string due_key(Space space, int64_t due, std::string_view row_key);
struct DueEntry {
  int64_t due = 0;
  std::string_view row_key;
};
DueEntry read_due_key(std::string_view due_key);
// Of items that are to be removed at `now`: due before it, and not too long ago.
kv::Range due_at(Space space, Timestamp now);

// `before` and `after` of a write: nullptr where there is no such item.
void change_due(const Table& table, std::string_view row_key, const Item* before, const Item* after, Changes& changes);

}  // namespace caudal::items
