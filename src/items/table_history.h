// SPDX-License-Identifier: Apache-2.0
// What tables were, of those that can be restored to a moment: read without restoring them, by whoever exports them.
//
//   const HistoryPoint now = TRY(history.point("orders", {}));   // may be kept, and asked for again after a restart
//   const auto image = TRY(history.image(now));
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "items/archive.h"

namespace caudal::items {

// A state of a table, between two decisions.
struct HistoryPoint {
  std::string table;
  std::string table_id;
  uint32_t journal = 0;     // the one that tells of it
  uint64_t end = 0;         // all numbers given before it was asked for are smaller, and all others are not
  Timestamp moment = {};    // whose state it is,
  bool is_by_time = false;  // as the clock had it; else that of when it was asked for
};

// The items that changed between two points, in the order in which they are stored, each once. Not thread-safe.
class TableChanges {
 public:
  virtual ~TableChanges() = default;
  virtual const TableInfo& table() const = 0;
  // To the first item, then to the next; false after the last.
  virtual Result<bool> next() = 0;
  // As it was at the first point, and at the second; nothing: it was not there. At least one of the two is. As they are
  // stored, until the next call.
  virtual std::optional<std::string_view> before() const = 0;
  virtual std::optional<std::string_view> after() const = 0;
  // Of the last write of it between the two.
  virtual Timestamp written() const = 0;
};

// Thread-safe. Errors besides those named: no_such_table, also where another has the name; no_recovery, where the table
// cannot be restored; invalid_moment, where its journal does not reach so far; of the machine.
class TableHistory {
 public:
  virtual ~TableHistory() = default;
  // Nothing: now. All that was decided before is on disk.
  virtual Result<HistoryPoint> point(const std::string& table, std::optional<Timestamp> moment) = 0;
  // Keeps in memory where to find what was written since, and so takes time and memory in proportion to that.
  virtual Result<std::unique_ptr<TableImage>> image(const HistoryPoint& point) const = 0;
  virtual Result<std::unique_ptr<TableChanges>> changes(const HistoryPoint& from, const HistoryPoint& to) const = 0;
};

}  // namespace caudal::items
