// SPDX-License-Identifier: Apache-2.0
// Gives sequence numbers, and writes what happened to the items of tables that have a stream, with the decision that
// makes it happen. Inside room items only.
#pragma once

#include <atomic>

#include "base/clock.h"
#include "items/committer.h"
#include "items/stream_rows.h"
#include "items/tables.h"

namespace caudal::items {

// One write of an item, as it is decided.
struct Happened {
  std::string_view key_bytes;
  const Item* before = nullptr;  // nullptr: it was not there
  const Item* after = nullptr;   // nullptr: it is not there any more
  bool is_expiry = false;
};

class EventLog {
 public:
  // `clock` must outlive it. Begins with numbers greater than `last`; those before `closed_before` are given no more.
  EventLog(const Clock& clock, const Families& families, Sequence last, Sequence closed_before)
      : clock_(clock), families_(families), last_(last), closed_before_(closed_before) {}

  // On the thread that decides:
  // Greater than all before, and of now, if the clock did not go back.
  Sequence next() { return next(clock_.now()); }
  Sequence next(Timestamp now);
  // Gives no number before that one any more.
  void skip_to(Sequence first);
  // What the row of that key was (nothing: it was not there), for a table that can be restored to a moment.
  void keep_before(const Table& table, std::string_view row_key, const std::optional<std::string>& before,
                   Changes& changes);
  // Nothing for a table without a stream, and where nothing changed.
  Result<void> add(const Table& table, const Happened& happened, Changes& changes);

  // On any thread:
  Sequence last() const { return last_.load(); }
  // Where the shard begins that is open: everything of the shards before it is on disk.
  Sequence closed_before() const { return closed_before_.load(); }
  void close_before(Sequence first);

 private:
  const Clock& clock_;
  const Families families_;
  std::atomic<Sequence> last_;
  std::atomic<Sequence> closed_before_;
};

}  // namespace caudal::items
