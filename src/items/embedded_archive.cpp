// SPDX-License-Identifier: Apache-2.0
// What is asked of the archive. The copying is in archive_work.cpp.
#include "items/embedded_archive.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/random.h"
#include "items/errors.h"
#include "items/stored_row.h"
#include "items/table_rules.h"

namespace caudal::items {
namespace {

constexpr size_t kIdRandomBytes = 4;

std::string make_id(Timestamp now) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return fmt::format("{:014}-{}", millis, secure_random_hex(kIdRandomBytes));
}

Error no_such_backup(std::string_view id) { return {Errc::no_such_backup, fmt::format("Backup not found: {}", id)}; }
Error backup_in_use(std::string_view id) {
  return {Errc::backup_in_use, fmt::format("There is another ongoing control plane operation on the backup {}", id)};
}

class EmbeddedImage final : public TableImage {
 public:
  EmbeddedImage(const kv::Store& kv, const Families& families, TableInfo info, const Table& table, Timestamp moment)
      : info_(std::move(info)),
        moment_(moment),
        snapshot_(kv.snapshot()),
        rows_(kv.scan(families.rows, rows_of(table.space()), &snapshot_)) {}
  const TableInfo& table() const override { return info_; }
  Timestamp moment() const override { return moment_; }
  Result<bool> next() override {
    if (begun_) rows_.next();
    begun_ = true;
    if (!rows_.valid()) {
      TRY(rows_.status());
      return false;
    }
    row_ = TRY(read_row(rows_.value()));
    return true;
  }
  std::string_view item() const override { return row_.item; }
  size_t size_bytes() const override { return row_.size_bytes; }

 private:
  const TableInfo info_;
  const Timestamp moment_;
  const kv::Snapshot snapshot_;
  kv::Scan rows_;
  StoredRow row_;
  bool begun_ = false;
};

}  // namespace

EmbeddedArchive::EmbeddedArchive(EmbeddedStore::Impl& store, kv::Family rows)
    : store_(store),
      archive_(rows),
      jobs_({.work = [this](Job& job) { return work(job); }, .failed = failed, .log = store.log}) {}

Result<std::unique_ptr<EmbeddedArchive>> EmbeddedArchive::open(EmbeddedStore::Impl& store) {
  const kv::Family rows = TRY(store.kv.family("items.archive"));
  std::unique_ptr<EmbeddedArchive> archive(new EmbeddedArchive(store, rows));
  TRY(archive->load());
  archive->jobs_.start();
  return archive;
}

EmbeddedArchive::~EmbeddedArchive() { jobs_.stop(); }

Result<void> EmbeddedArchive::load() {
  const std::lock_guard lock(mutex_);
  kv::Scan rows = store_.kv.scan(archive_, kv::Range::all());
  for (; rows.valid(); rows.next()) {
    const std::string name(rows.key().substr(1));
    if (rows.key().front() == 'b') {
      BackupRow backup = TRY(decode_backup(name, rows.value()));
      if (backup.info.state == BackupState::kCreating) jobs_.add({.backup_id = name});
      backups_.emplace(name, std::move(backup));
    } else if (rows.key().front() == 'g') {
      jobs_.add({.space = TRY(given_up_space(rows.key()))});
    } else {
      const auto one = restores_.emplace(name, TRY(decode_restore(name, rows.value()))).first;
      jobs_.add({.restored_table = name, .space = one->second.table.space});
      store_.reserved.insert(name);
      // What is decided from now on was not decided before it, wherever the clock is.
      store_.streams->log().skip_to(one->second.source.end);
    }
  }
  return rows.status();
}

Result<std::unique_ptr<TableImage>> EmbeddedArchive::image(const std::string& table) const {
  const TablePtr found = TRY(store_.tables.require(table));
  return std::unique_ptr<TableImage>(
      std::make_unique<EmbeddedImage>(store_.kv, store_.families, store_.info_of(*found), *found, store_.clock.now()));
}

Result<BackupInfo> EmbeddedArchive::create_backup(const std::string& table, const std::string& name) {
  BackupRow row;
  std::optional<kv::Snapshot> snapshot;
  TRY(store_.change_alone(
      [&](Changes& changes) -> Result<void> {
        const TablePtr found = TRY(store_.tables.require(table));
        const Timestamp now = store_.clock.now();
        row = {.info = {.id = make_id(now), .name = name, .created = now, .table = store_.info_of(*found)},
               .table = found->row,
               .space = TRY(store_.new_spaces(changes, 1))};
        // All that was asked for before is on disk, and nothing that is asked for later is decided.
        snapshot = store_.kv.snapshot();
        changes.put(archive_, backup_key(row.info.id), encode(row));
        return {};
      },
      [&] {
        const std::lock_guard lock(mutex_);
        backups_.emplace(row.info.id, row);
      }));
  jobs_.add({.backup_id = row.info.id, .snapshot = std::move(snapshot)});
  return row.info;
}

std::optional<BackupRow> EmbeddedArchive::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = backups_.find(id);
  return found != backups_.end() ? std::optional(found->second) : std::nullopt;
}

std::optional<RestoreRow> EmbeddedArchive::find_restore(const std::string& table) const {
  const std::lock_guard lock(mutex_);
  const auto found = restores_.find(table);
  return found != restores_.end() ? std::optional(found->second) : std::nullopt;
}

std::optional<RestoreRow> EmbeddedArchive::find_restore(const Job& job) const {
  auto found = find_restore(job.restored_table);
  return found && found->table.space == job.space ? std::move(found) : std::nullopt;
}

Result<BackupInfo> EmbeddedArchive::describe_backup(const std::string& id) const {
  auto found = find(id);
  if (!found) return no_such_backup(id);
  return std::move(found->info);
}

std::vector<BackupInfo> EmbeddedArchive::list_backups() const {
  const std::lock_guard lock(mutex_);
  std::vector<BackupInfo> all;
  for (const auto& [id, row] : backups_) all.push_back(row.info);
  return all;
}

Result<BackupInfo> EmbeddedArchive::delete_backup(const std::string& id) {
  BackupInfo gone;
  TRY(store_.change_alone(
      [&](Changes& changes) -> Result<void> {
        const std::lock_guard lock(mutex_);
        const auto found = backups_.find(id);
        if (found == backups_.end()) return no_such_backup(id);
        const bool is_restored =
            std::ranges::any_of(restores_, [&](const auto& one) { return one.second.backup_id == id; });
        if (is_restored || found->second.info.state == BackupState::kCreating) return backup_in_use(id);
        gone = found->second.info;
        changes.remove(archive_, backup_key(id));
        changes.remove_range(store_.families.rows, rows_of(found->second.space));
        return {};
      },
      [&] {
        const std::lock_guard lock(mutex_);
        backups_.erase(id);
      }));
  return gone;
}

Result<RestoreRow> EmbeddedArchive::new_restore(const TableDefinition& definition, const KeySchema& key,
                                                Changes& changes) {
  if (store_.is_taken(definition.name)) {
    return Error{Errc::table_exists, fmt::format("Table already exists: {}", definition.name)};
  }
  if (definition.key != key) {
    return Error{Errc::invalid_request, "The key of a restored table is that of the table that it is restored from"};
  }
  RestoreRow row{.backup_id = {}, .since = store_.clock.now(), .table = {}};
  // Without a stream, as in DynamoDB: whoever wants one switches it on.
  row.table.info = {.definition = definition, .id = make_table_id(), .created = row.since};
  row.table.info.definition.stream.reset();
  row.table.space = TRY(store_.new_spaces(changes, 1 + definition.indexes.size()));
  for (size_t n = 0; n < definition.indexes.size(); ++n) {
    row.table.indexes.push_back({.space = row.table.space + 1 + static_cast<Space>(n), .is_backfilling = true});
  }
  return row;
}

void EmbeddedArchive::note(const RestoreRow& row) {
  const std::string& name = row.table.info.definition.name;
  store_.reserved.insert(name);
  const std::lock_guard lock(mutex_);
  restores_.emplace(name, row);
}

Result<Restoring> EmbeddedArchive::restore(const std::string& backup_id, const TableDefinition& definition) {
  TRY(check_definition(definition));
  RestoreRow row;
  TRY(store_.change_alone(
      [&](Changes& changes) -> Result<void> {
        const auto backup = find(backup_id);
        if (!backup) return no_such_backup(backup_id);
        if (backup->info.state == BackupState::kCreating) return backup_in_use(backup_id);
        row = TRY(new_restore(definition, backup->table.info.definition.key, changes));
        row.backup_id = backup_id;
        changes.put(archive_, restore_key(definition.name), encode(row));
        return {};
      },
      [&] { note(row); }));
  jobs_.add({.restored_table = definition.name, .space = row.table.space});
  return restoring_of(row);
}

std::optional<TableRow> EmbeddedArchive::give_up(const std::string& table, Changes& changes) {
  const auto found = find_restore(table);
  if (!found) return std::nullopt;
  changes.remove(archive_, restore_key(table));
  changes.put(archive_, given_up_key(found->table.space), {});
  TableRow row = found->table;
  row.info = restoring_of(*found).table;
  return row;
}

// Not here: the thread of the jobs may be writing still, and takes it away when it does not any more.
void EmbeddedArchive::given_up(const TableRow& table) {
  const std::string& name = table.info.definition.name;
  store_.reserved.erase(name);
  {
    const std::lock_guard lock(mutex_);
    restores_.erase(name);
  }
  jobs_.add({.space = table.space});
}

Restoring EmbeddedArchive::restoring_of(const RestoreRow& row) {
  Restoring one{.backup_id = row.backup_id,
                .source_table = row.source.table,
                .moment = row.source.moment,
                .since = row.since,
                .table = row.table.info};
  for (const IndexDefinition& index : one.table.definition.indexes) {
    one.table.indexes.push_back({.name = index.name, .is_backfilling = true});
  }
  return one;
}

std::optional<Restoring> EmbeddedArchive::restoring(const std::string& table) const {
  const auto found = find_restore(table);
  if (!found) return std::nullopt;
  return restoring_of(*found);
}

}  // namespace caudal::items
