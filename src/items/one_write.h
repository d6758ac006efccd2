// SPDX-License-Identifier: Apache-2.0
// One write: held against its table when it comes, then decided in its turn. Inside room items only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "items/committer.h"
#include "items/event_log.h"
#include "items/index_entries.h"
#include "items/requests.h"
#include "items/tables.h"

namespace caudal::items {

struct Prepared {
  Write write;     // without what prepare() has let go
  TablePtr table;  // as it was when the request came
  Key key;
  std::string row_key;
  bool is_expiry = false;  // the store's own
  // Of a PutItem, so that the one thread that decides need not: how large the item is, and its row.
  size_t put_bytes = 0;
  std::string put_row = {};
  bool is_row_enough = false;  // while the table is what it was: the item itself is gone
  // What it has in each of the table's indexes, as they were when the request came.
  std::vector<std::optional<IndexEntry>> put_entries = {};
  // Likewise of the item as it was read (Write::as_read).
  std::string row_as_read = {};
  std::vector<std::optional<IndexEntry>> entries_as_read = {};
};

// Errors: no_such_table, invalid_request.
Result<Prepared> prepare(const Tables& tables, Write write);

// The table of `prepared` as it is now, when it is still the same. An error: no_such_table.
Result<TablePtr> still(const Tables& tables, const Prepared& prepared);

// Decides it: reads what is there, asks the condition, and writes the row, the entries of indexes and how much there
// is. Where the condition does not hold nothing is written.
// What happened is told to `events`.
Result<Written> decide(const Table& table, const Prepared& prepared, Changes& changes, EventLog& events);

}  // namespace caudal::items
