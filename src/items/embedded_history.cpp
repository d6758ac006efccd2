// SPDX-License-Identifier: Apache-2.0
#include "items/embedded_history.h"

#include "items/errors.h"
#include "items/stored_row.h"

namespace caudal::items {
namespace {

// What a row was before it was changed, into `row`; nothing: it was not there.
Result<std::optional<StoredRow>> read_before(const HistorySource& source, const kv::Snapshot& snapshot,
                                             const Undone& undone, std::string& bytes) {
  auto found = TRY(source.kv.get(source.families.journal, undone.key, &snapshot));
  if (!found) return Error{Errc::corrupt, "a row of a journal is gone that was there"};
  bytes = *std::move(found);
  const JournalRow row = TRY(decode_journal(bytes));
  if (!row.before) return std::optional<StoredRow>();
  return std::optional(TRY(read_row(*row.before)));
}

// The rows of the snapshot, but for those that were changed since: these as they were, in their places among the
// others.
class PastImage final : public TableImage {
 public:
  PastImage(HistorySource source, kv::Snapshot snapshot, UndoneRows since, Timestamp moment)
      : source_(std::move(source)),
        snapshot_(std::move(snapshot)),
        since_(std::move(since)),
        moment_(moment),
        rows_(source_.kv.scan(source_.families.rows, rows_of(source_.rows), &snapshot_)),
        undone_(since_.begin()) {}
  const TableInfo& table() const override { return source_.table; }
  Timestamp moment() const override { return moment_; }
  Result<bool> next() override {
    for (;;) {
      if (is_at_row_) rows_.next();
      is_at_row_ = false;
      TRY(rows_.status());
      const std::optional<std::string_view> place =
          rows_.valid() ? std::optional(rows_.key().substr(kSpaceBytes)) : std::nullopt;
      if (undone_ == since_.end() || (place && *place < undone_->first)) {
        if (!place) return false;
        is_at_row_ = true;
        row_ = TRY(read_row(rows_.value()));
        return true;
      }
      // The row as it is now is passed over, if it is there.
      is_at_row_ = place && *place == undone_->first;
      const auto was = TRY(read_before(source_, snapshot_, undone_->second, bytes_));
      ++undone_;
      if (!was) continue;
      row_ = *was;
      return true;
    }
  }
  std::string_view item() const override { return row_.item; }
  size_t size_bytes() const override { return row_.size_bytes; }

 private:
  const HistorySource source_;
  const kv::Snapshot snapshot_;
  const UndoneRows since_;
  const Timestamp moment_;
  kv::Scan rows_;
  UndoneRows::const_iterator undone_;
  bool is_at_row_ = false;  // which is to be left next
  std::string bytes_;       // that row_ is of, where it is not one of the scan
  StoredRow row_;
};

class PastChanges final : public TableChanges {
 public:
  PastChanges(HistorySource source, kv::Snapshot snapshot, UndoneRows changed, UndoneRows since)
      : source_(std::move(source)),
        snapshot_(std::move(snapshot)),
        changed_(std::move(changed)),
        since_(std::move(since)),
        next_(changed_.begin()) {}
  const TableInfo& table() const override { return source_.table; }
  Result<bool> next() override {
    for (; next_ != changed_.end(); ++next_) {
      before_ = TRY(read_before(source_, snapshot_, next_->second, before_bytes_));
      after_ = TRY(read_after(next_->first));
      written_ = next_->second.last;
      // What came and went between the two points changed nothing.
      if (!before_ && !after_) continue;
      ++next_;
      return true;
    }
    return false;
  }
  std::optional<std::string_view> before() const override { return item_of(before_); }
  std::optional<std::string_view> after() const override { return item_of(after_); }
  Timestamp written() const override { return written_; }

 private:
  static std::optional<std::string_view> item_of(const std::optional<StoredRow>& row) {
    return row ? std::optional(row->item) : std::nullopt;
  }
  Result<std::optional<StoredRow>> read_after(const std::string& place) {
    if (const auto later = since_.find(place); later != since_.end()) {
      return read_before(source_, snapshot_, later->second, after_bytes_);
    }
    auto found = TRY(source_.kv.get(source_.families.rows, rows_of(source_.rows).lower + place, &snapshot_));
    if (!found) return std::optional<StoredRow>();
    after_bytes_ = *std::move(found);
    return std::optional(TRY(read_row(after_bytes_)));
  }

  const HistorySource source_;
  const kv::Snapshot snapshot_;
  const UndoneRows changed_;
  const UndoneRows since_;
  UndoneRows::const_iterator next_;
  std::string before_bytes_;
  std::string after_bytes_;
  std::optional<StoredRow> before_;
  std::optional<StoredRow> after_;
  Timestamp written_ = {};
};

}  // namespace

JournalWalk::JournalWalk(const HistorySource& source, const kv::Snapshot& snapshot)
    : entries_(source.kv.scan(source.families.journal, rows_of(source.journal), &snapshot)) {
  entries_.to_last();
}

Result<UndoneRows> JournalWalk::back_to(const HistoryPoint& point) {
  UndoneRows rows;
  for (; entries_.valid(); entries_.previous()) {
    const JournalRow entry = TRY(decode_journal(entries_.value()));
    const bool is_late = point.is_by_time && entry.at >= after(point.moment);
    if (entry.decided < point.end && !is_late) break;
    // The first that is met is the last that was written; the last that is met tells what was there before.
    Undone& undone = rows.try_emplace(std::string(entry.place), Undone{.key = {}, .last = entry.at}).first->second;
    undone.key = entries_.key();
  }
  TRY(entries_.status());
  return rows;
}

std::unique_ptr<TableImage> make_image(HistorySource source, kv::Snapshot snapshot, UndoneRows since,
                                       Timestamp moment) {
  return std::make_unique<PastImage>(std::move(source), std::move(snapshot), std::move(since), moment);
}

std::unique_ptr<TableChanges> make_changes(HistorySource source, kv::Snapshot snapshot, UndoneRows changed,
                                           UndoneRows since) {
  return std::make_unique<PastChanges>(std::move(source), std::move(snapshot), std::move(changed), std::move(since));
}

}  // namespace caudal::items
