// SPDX-License-Identifier: Apache-2.0
// Reads what a table was out of its rows and its journal, as of one snapshot. Inside room items only.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "items/journal.h"
#include "items/table_history.h"

namespace caudal::items {

// What is read: a table and its journal, as they are in the snapshot.
struct HistorySource {
  const kv::Store& kv;
  const Families& families;
  TableInfo table;
  Space rows = 0;
  Space journal = 0;
};

// Rows that were changed, by their places, each with what it was before the first of these changes: the key of the
// journal's row, since what they were together may not fit in memory.
struct Undone {
  std::string key;
  Timestamp last = {};  // of these changes
};
using UndoneRows = std::map<std::string, Undone, std::less<>>;

// Goes back through the journal from its end, point by point, of which each is before the last.
class JournalWalk {
 public:
  JournalWalk(const HistorySource& source, const kv::Snapshot& snapshot);
  // All that was changed since `point`, and before what was walked over until now.
  Result<UndoneRows> back_to(const HistoryPoint& point);

 private:
  kv::Scan entries_;
};

std::unique_ptr<TableImage> make_image(HistorySource source, kv::Snapshot snapshot, UndoneRows since, Timestamp moment);
std::unique_ptr<TableChanges> make_changes(HistorySource source, kv::Snapshot snapshot, UndoneRows changed,
                                           UndoneRows since);

}  // namespace caudal::items
