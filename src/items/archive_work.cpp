// SPDX-License-Identifier: Apache-2.0
// The archive's thread: one job after the other, each begun again when the disk refused or the process ended.
#include <algorithm>

#include "items/embedded_archive.h"
#include "items/errors.h"
#include "items/stored_row.h"

namespace caudal::items {
namespace {

constexpr size_t kBytesAtOnce = size_t{2} << 20;
// How long a disk that refused is left alone.
constexpr std::chrono::milliseconds kRetryEvery{500};

}  // namespace

void EmbeddedArchive::add(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  came_.notify_one();
}

bool EmbeddedArchive::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void EmbeddedArchive::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) {
      // Snapshots must be gone before the store is.
      jobs_.clear();
      return;
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    if (work(job)) continue;
    lock.lock();
    jobs_.push_back(std::move(job));
    came_.wait_for(lock, kRetryEvery, [this] { return stopping_; });
  }
}

Result<void> EmbeddedArchive::work(Job& job) { return job.backup_id.empty() ? restore_table(job) : back_up(job); }

Result<std::optional<Volume>> EmbeddedArchive::copy(Space from, Space to, const kv::Snapshot* snapshot) {
  kv::Batch batch;
  batch.remove_range(store_.families.rows, rows_of(to));
  TRY(store_.kv.commit(std::move(batch), kv::Durability::kRelaxed));
  batch = kv::Batch();
  const std::string prefix = rows_of(to).lower;
  Volume volume;
  kv::Scan rows = store_.kv.scan(store_.families.rows, rows_of(from), snapshot);
  for (; rows.valid(); rows.next()) {
    volume += {.items = 1, .bytes = static_cast<int64_t>(TRY(read_row(rows.value())).size_bytes)};
    batch.put(store_.families.rows, prefix + std::string(rows.key().substr(kSpaceBytes)), rows.value());
    if (batch.size_bytes() < kBytesAtOnce) continue;
    if (is_stopping()) return std::optional<Volume>();
    // What comes last is synced, and so everything before it.
    TRY(store_.kv.commit(std::move(batch), kv::Durability::kRelaxed));
    batch = kv::Batch();
  }
  TRY(rows.status());
  TRY(store_.kv.commit(std::move(batch), kv::Durability::kRelaxed));
  return std::optional(volume);
}

Result<void> EmbeddedArchive::back_up(Job& job) {
  auto row = find(job.backup_id);
  if (!row) return {};
  if (!job.snapshot) {
    // The process ended before it was done: it is of another moment, or of none when the table is gone.
    const TablePtr table = store_.tables.find(row->table.info.definition.name);
    if (table == nullptr || table->space() != row->table.space) {
      kv::Batch batch;
      batch.remove(archive_, backup_key(job.backup_id)).remove_range(store_.families.rows, rows_of(row->space));
      TRY(store_.kv.commit(std::move(batch)));
      const std::lock_guard lock(mutex_);
      backups_.erase(job.backup_id);
      return {};
    }
    row->table = table->row;
    row->info.table = store_.info_of(*table);
    row->info.created = store_.clock.now();
    job.snapshot = store_.kv.snapshot();
  }
  const auto volume = TRY(copy(row->table.space, row->space, &*job.snapshot));
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
  const auto row = find_restore(job.restored_table);
  if (!row) return {};
  if (!row->source.table.empty()) return restore_moment(*row, job);
  const auto backup = find(row->backup_id);
  if (!backup) return Error{Errc::corrupt, "a table is being restored from a backup that is gone"};
  const auto volume = TRY(copy(backup->space, row->table.space, nullptr));
  if (!volume) return {};
  return finish_restore(*row, *volume);
}

Result<void> EmbeddedArchive::finish_restore(const RestoreRow& row, const Volume& volume) {
  auto table = std::make_shared<Table>();
  table->row = row.table;
  const std::string& name = row.table.info.definition.name;
  TRY(store_.change_alone(
      [&](Changes& changes) -> Result<void> {
        changes.put(store_.families.tables, name, encode(table->row));
        changes.remove(archive_, restore_key(name));
        if (volume != Volume()) changes.add_volume(table->space(), volume);
        return {};
      },
      [&] {
        store_.tables.set(table);
        store_.reserved.erase(name);
        const std::lock_guard lock(mutex_);
        restores_.erase(name);
      }));
  for (const IndexRow& index : table->row.indexes) {
    store_.backfill->add({.table = name, .table_space = table->space(), .index_space = index.space});
  }
  return {};
}

}  // namespace caudal::items
