// SPDX-License-Identifier: Apache-2.0
// Tables that can be restored to a moment: switching that on and off, restoring, and trimming their journals.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "items/embedded_archive.h"
#include "items/errors.h"
#include "items/journal.h"
#include "items/stored_row.h"
#include "items/table_rules.h"

namespace caudal::items {
namespace {

constexpr int kMostDays = 35;
// Rows are taken away some at a time, since each time leaves a mark that reading passes over until it is compacted.
constexpr std::chrono::minutes kTrimEvery{15};
constexpr size_t kBytesAtOnce = size_t{2} << 20;

RecoveryInfo info_of(const Recovery& recovery, Timestamp now) {
  if (recovery.space == 0) return {};
  return {.is_enabled = true,
          .days = recovery.days,
          .earliest = earliest_moment(recovery, now),
          .latest = std::chrono::floor<std::chrono::seconds>(now)};
}

class Trimming final : public Decision {
 public:
  Trimming(const Families& families, const std::vector<kv::Range>& all, Awaited<Result<void>>& answer)
      : families_(families), all_(all), answer_(answer) {}
  Result<void> decide(Changes& changes) override {
    for (const kv::Range& rows : all_) changes.remove_range(families_.journal, rows);
    return {};
  }
  void complete(Result<void> outcome) override { answer_.set(std::move(outcome)); }

 private:
  const Families& families_;
  const std::vector<kv::Range>& all_;
  Awaited<Result<void>>& answer_;
};

}  // namespace

Result<RecoveryInfo> EmbeddedArchive::recovery(const std::string& table) const {
  return info_of(TRY(store_.tables.require(table))->row.recovery, store_.clock.now());
}

bool EmbeddedArchive::is_restored_from(const std::string& table) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(restores_, [&](const auto& one) { return one.second.source.table == table; });
}

Result<RecoveryInfo> EmbeddedArchive::set_recovery(const std::string& table, bool is_enabled, int days) {
  if (is_enabled && (days < 1 || days > kMostDays)) {
    return Error{Errc::invalid_request, fmt::format("RecoveryPeriodInDays must be between 1 and {}", kMostDays)};
  }
  TRY(store_.edit_table(table, [&](TableRow& row, Changes& changes) -> Result<void> {
    Recovery& recovery = row.recovery;
    if (!is_enabled) {
      if (recovery.space == 0) return {};
      if (is_restored_from(table)) {
        return Error{Errc::table_in_use, fmt::format("Table is being restored from: {}", table)};
      }
      changes.remove_range(store_.families.journal, rows_of(recovery.space));
      recovery = {};
      return {};
    }
    const Timestamp now = store_.clock.now();
    // A longer period does not bring back what was trimmed by the shorter one.
    if (recovery.space == 0)
      recovery = {.space = TRY(store_.new_spaces(changes, 1)), .since = now};
    else
      recovery.since = std::max(recovery.since, earliest_moment(recovery, now));
    recovery.days = days;
    return {};
  }));
  return this->recovery(table);
}

Result<void> EmbeddedArchive::check_moment(const Table& table, std::optional<Timestamp> moment) const {
  const Recovery& recovery = table.row.recovery;
  const Timestamp now = store_.clock.now();
  if (recovery.space == 0) {
    return Error{Errc::no_recovery,
                 fmt::format("Point in time recovery is not enabled for table '{}'", table.definition().name)};
  }
  if (!moment || (*moment >= earliest_moment(recovery, now) && *moment <= now)) return {};
  return Error{Errc::invalid_moment,
               "The specified restore time must be between EarliestRestorableDateTime and LatestRestorableDateTime"};
}

Result<HistoryPoint> EmbeddedArchive::point(const std::string& table, std::optional<Timestamp> moment) {
  HistoryPoint point{.table = table, .table_id = {}};
  TRY(store_.change_alone(
      [&](Changes& changes) -> Result<void> {
        const TablePtr from = TRY(store_.tables.require(table));
        TRY(check_moment(*from, moment));
        point.table_id = from->row.info.id;
        point.journal = from->row.recovery.space;
        // Numbers go on after it also when the process ends and the clock goes back.
        point.end = store_.streams->log().next();
        changes.put(store_.families.settings, std::string(kFirstSequence), WireWriter().varint(point.end + 1).take());
        point.moment = moment.value_or(store_.clock.now());
        point.is_by_time = moment.has_value();
        return {};
      },
      {}));
  return point;
}

Result<HistorySource> EmbeddedArchive::source_of(const HistoryPoint& point) const {
  const TablePtr table = TRY(store_.tables.require(point.table));
  if (table->row.info.id != point.table_id) return no_such_table(point.table);
  const Recovery& recovery = table->row.recovery;
  if (recovery.space == 0) TRY(check_moment(*table, point.moment));
  // What is trimmed is told before it goes.
  const bool is_trimmed =
      point.is_by_time ? point.moment < recovery.since : point.end < first_sequence_at(recovery.since);
  if (is_trimmed || recovery.space != point.journal) {
    return Error{Errc::invalid_moment, "What the table was then is no longer kept"};
  }
  return HistorySource{.kv = store_.kv,
                       .families = store_.families,
                       .table = store_.info_of(*table),
                       .rows = table->space(),
                       .journal = recovery.space};
}

Result<std::unique_ptr<TableImage>> EmbeddedArchive::image(const HistoryPoint& point) const {
  // Before it is looked whether all is there still: then it is in the snapshot, too.
  kv::Snapshot snapshot = store_.kv.snapshot();
  HistorySource source = TRY(source_of(point));
  UndoneRows since = TRY(JournalWalk(source, snapshot).back_to(point));
  return make_image(std::move(source), std::move(snapshot), std::move(since), point.moment);
}

Result<std::unique_ptr<TableChanges>> EmbeddedArchive::changes(const HistoryPoint& from, const HistoryPoint& to) const {
  kv::Snapshot snapshot = store_.kv.snapshot();
  HistorySource source = TRY(source_of(from));
  JournalWalk walk(source, snapshot);
  UndoneRows since = TRY(walk.back_to(to));
  UndoneRows changed = TRY(walk.back_to(from));
  return make_changes(std::move(source), std::move(snapshot), std::move(changed), std::move(since));
}

Result<Restoring> EmbeddedArchive::restore_to(const std::string& table, std::optional<Timestamp> moment,
                                              const TableDefinition& definition) {
  TRY(check_definition(definition));
  RestoreRow row;
  std::optional<kv::Snapshot> snapshot;
  TRY(store_.change_alone(
      [&](Changes& changes) -> Result<void> {
        const TablePtr from = TRY(store_.tables.require(table));
        TRY(check_moment(*from, moment));
        const Timestamp now = store_.clock.now();
        const Recovery& recovery = from->row.recovery;
        row = TRY(new_restore(definition, from->definition().key, changes));
        // What is decided from now on is undone also when the clock goes back meanwhile.
        row.source = {.table = table,
                      .space = from->space(),
                      .journal = recovery.space,
                      .end = store_.streams->log().last() + 1,
                      .moment = moment.value_or(now),
                      .is_by_time = moment.has_value()};
        snapshot = store_.kv.snapshot();
        changes.put(archive_, restore_key(definition.name), encode(row));
        return {};
      },
      [&] { note(row); }));
  jobs_.add({.restored_table = definition.name, .space = row.table.space, .snapshot = std::move(snapshot)});
  return restoring_of(row);
}

// Begun again after the process ended, it copies the table as it is then: what was written since is undone, too.
Result<void> EmbeddedArchive::restore_moment(const RestoreRow& row, Job& job) {
  if (!job.snapshot) job.snapshot = store_.kv.snapshot();
  const auto copied = TRY(copy(job, row.source.space, row.table.space));
  if (!copied) return {};
  const auto volume = TRY(undo(row, job, *copied));
  if (!volume) return {};
  return finish_restore(row, *volume);
}

Result<std::optional<Volume>> EmbeddedArchive::undo(const RestoreRow& row, const Job& job, const Volume& copied) {
  const std::string prefix = rows_of(row.table.space).lower;
  kv::Batch batch;
  uint64_t undone = 0;
  kv::Scan entries = store_.kv.scan(store_.families.journal, rows_of(row.source.journal), &*job.snapshot);
  for (entries.to_last(); entries.valid(); entries.previous()) {
    const JournalRow entry = TRY(decode_journal(entries.value()));
    const bool is_late = row.source.is_by_time && entry.at >= after(row.source.moment);
    if (entry.decided < row.source.end && !is_late) break;
    const std::string key = prefix + std::string(entry.place);
    if (entry.before)
      batch.put(store_.families.rows, key, *entry.before);
    else
      batch.remove(store_.families.rows, key);
    ++undone;
    if (batch.size_bytes() < kBytesAtOnce) continue;
    if (!goes_on(job)) return std::optional<Volume>();
    TRY(store_.kv.commit(std::move(batch), kv::Durability::kRelaxed));
    batch = kv::Batch();
  }
  TRY(entries.status());
  if (undone == 0) return std::optional(copied);
  TRY(store_.kv.commit(std::move(batch), kv::Durability::kRelaxed));
  return count(job);
}

Result<std::optional<Volume>> EmbeddedArchive::count(const Job& job) const {
  Volume volume;
  kv::Scan rows = store_.kv.scan(store_.families.rows, rows_of(job.space));
  for (; rows.valid(); rows.next()) {
    volume += {.items = 1, .bytes = static_cast<int64_t>(TRY(read_row(rows.value())).size_bytes)};
    if (volume.items % 1024 == 0 && !goes_on(job)) return std::optional<Volume>();
  }
  TRY(rows.status());
  return std::optional(volume);
}

Sequence EmbeddedArchive::needed_from(Space journal) const {
  const std::lock_guard lock(mutex_);
  Sequence needed = std::numeric_limits<Sequence>::max();
  for (const auto& [name, row] : restores_) {
    if (row.source.journal != journal) continue;
    // What comes after the last decision by the moment has a number after it, however the clock went.
    needed = std::min({needed, row.source.end, row.source.is_by_time ? end_of(row.source.moment) : needed});
  }
  return needed;
}

Result<uint64_t> EmbeddedArchive::trim() {
  std::vector<kv::Range> all;
  const Timestamp now = store_.clock.now();
  for (const TablePtr& table : store_.tables.all()) {
    const Recovery& recovery = table->row.recovery;
    if (recovery.space == 0) continue;
    const Timestamp horizon = earliest_moment(recovery, now);
    const auto before = [&](Sequence end) {
      return kv::Range{.lower = event_key(recovery.space, 0),
                       .upper = event_key(recovery.space, std::min(end, needed_from(recovery.space)))};
    };
    const kv::Scan overdue = store_.kv.scan(store_.families.journal, before(first_sequence_at(horizon - kTrimEvery)));
    TRY(overdue.status());
    if (!overdue.valid()) continue;
    // What goes is told first, so that nobody takes what is not there for nothing that happened: the clock may go back.
    const auto told = store_.edit_table(table->definition().name, [&](TableRow& row, Changes&) -> Result<void> {
      Recovery& kept = row.recovery;
      if (kept.space == recovery.space) kept.since = std::max(kept.since, horizon);
      return {};
    });
    if (!told && told.error().is(ErrorClass::kNotFound)) continue;
    TRY(told);
    all.push_back(before(first_sequence_at(horizon)));
  }
  if (all.empty()) return 0;
  Awaited<Result<void>> answer;
  store_.committer->add(std::make_unique<Trimming>(store_.families, all, answer));
  TRY(answer.wait());
  return all.size();
}

}  // namespace caudal::items
