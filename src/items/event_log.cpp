// SPDX-License-Identifier: Apache-2.0
#include "items/event_log.h"

#include <algorithm>

#include "items/journal.h"
#include "items/values/checks.h"

namespace caudal::items {
namespace {

bool shows_before(StreamView view) { return view == StreamView::kOldImage || view == StreamView::kNewAndOldImages; }
bool shows_after(StreamView view) { return view == StreamView::kNewImage || view == StreamView::kNewAndOldImages; }

}  // namespace

Sequence EventLog::next(Timestamp now) {
  const Sequence next = std::max(last_.load() + 1, first_sequence_at(now));
  last_.store(next);
  return next;
}

void EventLog::skip_to(Sequence first) {
  if (first > last_.load()) last_.store(first - 1);
}

void EventLog::close_before(Sequence first) {
  if (first > closed_before_.load()) closed_before_.store(first);
}

void EventLog::keep_before(const Table& table, std::string_view row_key, const std::optional<std::string>& before,
                           Changes& changes) {
  const Space journal = table.row.recovery.space;
  if (journal == 0) return;
  const Timestamp now = clock_.now();
  const Sequence sequence = next(now);
  if (changes.first_journaled == 0) {
    changes.first_journaled = sequence;
    changes.journaled_at = now;
  }
  changes.put(families_.journal, event_key(journal, sequence),
              encode(JournalRow{.decided = changes.first_journaled,
                                .place = row_key.substr(kSpaceBytes),
                                .at = changes.journaled_at,
                                .before = before}));
}

Result<void> EventLog::add(const Table& table, const Happened& happened, Changes& changes) {
  const std::optional<StreamView>& view = table.definition().stream;
  if (!view || table.row.stream_space == 0) return {};
  // Putting an item that is there as it is makes no event, as in DynamoDB.
  if (happened.before != nullptr && happened.after != nullptr && *happened.before == *happened.after) return {};
  const Item* const one = happened.after != nullptr ? happened.after : happened.before;
  if (one == nullptr) return {};
  EventRow row{.kind = happened.before == nullptr  ? EventKind::kInsert
                       : happened.after == nullptr ? EventKind::kRemove
                                                   : EventKind::kModify,
               .is_expiry = happened.is_expiry,
               .key_bytes = happened.key_bytes};
  if (shows_before(*view)) row.before = happened.before;
  if (shows_after(*view)) row.after = happened.after;
  row.size_bytes = size_bytes(key_attributes(table.definition().key, *one));
  for (const Item* const image : {row.before, row.after}) row.size_bytes += image != nullptr ? size_bytes(*image) : 0;
  changes.put(families_.events, event_key(table.row.stream_space, next()), encode(row));
  return {};
}

}  // namespace caudal::items
