// SPDX-License-Identifier: Apache-2.0
// The archive's thread: one job after the other, each begun again when the disk refused or the process ended.
#include <fmt/format.h>

#include "items/embedded_archive.h"
#include "items/errors.h"
#include "items/stored_row.h"

namespace caudal::items {
namespace {

constexpr size_t kBytesAtOnce = size_t{2} << 20;

}  // namespace

std::string EmbeddedArchive::failed(const Job& job) {
  if (!job.backup_id.empty()) return fmt::format("backup {} could not be made", job.backup_id);
  if (!job.restored_table.empty()) return fmt::format("table {} could not be restored", job.restored_table);
  return "what a restore wrote that was given up could not be taken away";
}

Result<void> EmbeddedArchive::work(Job& job) {
  const bool only_goes = job.backup_id.empty() && job.restored_table.empty();
  if (only_goes) return take_away(job.space);
  auto done = job.backup_id.empty() ? restore_table(job) : back_up(job);
  // What is damaged does not mend itself.
  if (done || !done.error().is(ErrorClass::kCorrupt)) return done;
  return end_damaged(job, done.error());
}

Result<void> EmbeddedArchive::end_damaged(const Job& job, const Error& why) {
  if (!job.backup_id.empty()) {
    if (const auto backup = find(job.backup_id)) TRY(drop_backup(*backup));
  } else {
    std::optional<TableRow> table;
    TRY(store_.change_alone(
        [&](Changes& changes) -> Result<void> {
          if (find_restore(job)) table = give_up(job.restored_table, changes);
          return {};
        },
        [&] {
          if (table) given_up(*table);
        }));
  }
  if (store_.log) store_.log(fmt::format("{}, and it is given up: {}", failed(job), why.to_string()));
  return {};
}

Result<void> EmbeddedArchive::take_away(Space space) {
  kv::Batch batch;
  batch.remove(archive_, given_up_key(space)).remove_range(store_.families.rows, rows_of(space));
  return store_.kv.commit(std::move(batch));
}

bool EmbeddedArchive::goes_on(const Job& job) const {
  if (jobs_.is_stopping()) return false;
  return job.restored_table.empty() || find_restore(job).has_value();
}

Result<std::optional<Volume>> EmbeddedArchive::copy(const Job& job, Space from, Space to) {
  kv::Batch batch;
  batch.remove_range(store_.families.rows, rows_of(to));
  TRY(store_.kv.commit(std::move(batch), kv::Durability::kRelaxed));
  batch = kv::Batch();
  const std::string prefix = rows_of(to).lower;
  Volume volume;
  kv::Scan rows = store_.kv.scan(store_.families.rows, rows_of(from), job.snapshot ? &*job.snapshot : nullptr);
  for (; rows.valid(); rows.next()) {
    volume += {.items = 1, .bytes = static_cast<int64_t>(TRY(read_row(rows.value())).size_bytes)};
    batch.put(store_.families.rows, prefix + std::string(rows.key().substr(kSpaceBytes)), rows.value());
    if (batch.size_bytes() < kBytesAtOnce) continue;
    if (!goes_on(job)) return std::optional<Volume>();
    // What comes last is synced, and so everything before it.
    TRY(store_.kv.commit(std::move(batch), kv::Durability::kRelaxed));
    batch = kv::Batch();
  }
  TRY(rows.status());
  TRY(store_.kv.commit(std::move(batch), kv::Durability::kRelaxed));
  return std::optional(volume);
}

Result<void> EmbeddedArchive::drop_backup(const BackupRow& backup) {
  kv::Batch batch;
  batch.remove(archive_, backup_key(backup.info.id)).remove_range(store_.families.rows, rows_of(backup.space));
  TRY(store_.kv.commit(std::move(batch)));
  const std::lock_guard lock(mutex_);
  backups_.erase(backup.info.id);
  return {};
}

Result<void> EmbeddedArchive::back_up(Job& job) {
  auto row = find(job.backup_id);
  if (!row) return {};
  if (!job.snapshot) {
    // The process ended before it was done: it is of another moment, or of none when the table is gone.
    const TablePtr table = store_.tables.find(row->table.info.definition.name);
    if (table == nullptr || table->space() != row->table.space) return drop_backup(*row);
    row->table = table->row;
    row->info.table = store_.info_of(*table);
    row->info.created = store_.clock.now();
    job.snapshot = store_.kv.snapshot();
  }
  const auto volume = TRY(copy(job, row->table.space, row->space));
  if (!volume) return {};
  row->info.state = BackupState::kAvailable;
  row->info.table.volume = *volume;
  kv::Batch batch;
  batch.put(archive_, backup_key(job.backup_id), encode(*row));
  TRY(store_.kv.commit(std::move(batch)));
  const std::lock_guard lock(mutex_);
  backups_.insert_or_assign(job.backup_id, *std::move(row));
  return {};
}

Result<void> EmbeddedArchive::restore_table(Job& job) {
  const auto row = find_restore(job);
  if (!row) return {};
  if (!row->source.table.empty()) return restore_moment(*row, job);
  const auto backup = find(row->backup_id);
  if (!backup) return Error{Errc::corrupt, "the backup that it is restored from is gone"};
  const auto volume = TRY(copy(job, backup->space, row->table.space));
  if (!volume) return {};
  return finish_restore(*row, *volume);
}

Result<void> EmbeddedArchive::finish_restore(const RestoreRow& row, const Volume& volume) {
  auto table = std::make_shared<Table>();
  table->row = row.table;
  const std::string& name = row.table.info.definition.name;
  bool is_wanted = false;
  TRY(store_.change_alone(
      [&](Changes& changes) -> Result<void> {
        is_wanted = find_restore(Job{.restored_table = name, .space = table->space()}).has_value();
        if (!is_wanted) return {};
        changes.put(store_.families.tables, name, encode(table->row));
        changes.remove(archive_, restore_key(name));
        if (volume != Volume()) changes.add_volume(table->space(), volume);
        return {};
      },
      [&] {
        if (!is_wanted) return;
        store_.tables.set(table);
        store_.reserved.erase(name);
        const std::lock_guard lock(mutex_);
        restores_.erase(name);
      }));
  if (!is_wanted) return {};
  for (const IndexRow& index : table->row.indexes) {
    store_.backfill->add({.table = name, .table_space = table->space(), .index_space = index.space});
  }
  return {};
}

}  // namespace caudal::items
