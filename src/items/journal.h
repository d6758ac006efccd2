// SPDX-License-Identifier: Apache-2.0
// The journal of a table that can be restored to a moment: what each of its rows was before a write, written with the
// decision that writes it, and kept for the table's recovery period. A copy of the table becomes what it was at a
// moment by undoing it backwards. Inside room items only.
//
//   items.journal   space of the journal, sequence number -> JournalRow
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/stream_rows.h"
#include "items/tables.h"

namespace caudal::items {

struct JournalRow {
  Sequence decided = 0;    // the first number of the decision: all that it did is undone, or nothing
  std::string_view place;  // the row's key without the space
  Timestamp at = {};       // when that was, by the clock, which goes back at times; numbers do not
  std::optional<std::string_view> before = {};  // nothing: the row was not there
};
std::string encode(const JournalRow& row);
// Its views live as long as `bytes`.
Result<JournalRow> decode_journal(std::string_view bytes);

// The first time that is after `moment`, which is told to the millisecond.
Timestamp after(Timestamp moment);
// Numbers below are of what was decided by `moment`. Where the clock went back, so are some above: see JournalRow::at.
Sequence end_of(Timestamp moment);

// The greatest number that stands in any journal; 0: in none. Numbers go on after it.
Result<Sequence> last_journaled(const kv::Store& kv, const Families& families, const std::vector<TablePtr>& tables);

// The first moment to which the table can be restored, in whole seconds. Its journal may reach farther back.
Timestamp earliest_moment(const Recovery& recovery, Timestamp now);

}  // namespace caudal::items
