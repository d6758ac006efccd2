// SPDX-License-Identifier: Apache-2.0
// The archive of the embedded store: backups are copies of a table's rows in a space of their own, made from a snapshot
// by a thread beside the committer; restoring copies them into the space of a new table, whose indexes are filled like
// any that are made later. Inside room items only.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "items/archive.h"
#include "items/archive_rows.h"
#include "items/embedded_history.h"
#include "items/embedded_impl.h"
#include "items/retried_jobs.h"

namespace caudal::items {

class EmbeddedArchive final : public Archive, public TableHistory {
 public:
  // `store` must outlive it. Goes on with what was not done.
  static Result<std::unique_ptr<EmbeddedArchive>> open(EmbeddedStore::Impl& store);
  ~EmbeddedArchive() override;

  Result<std::unique_ptr<TableImage>> image(const std::string& table) const override;
  Result<BackupInfo> create_backup(const std::string& table, const std::string& name) override;
  Result<BackupInfo> describe_backup(const std::string& id) const override;
  std::vector<BackupInfo> list_backups() const override;
  Result<BackupInfo> delete_backup(const std::string& id) override;
  Result<Restoring> restore(const std::string& backup_id, const TableDefinition& definition) override;
  std::optional<Restoring> restoring(const std::string& table) const override;
  Result<RecoveryInfo> recovery(const std::string& table) const override;
  Result<RecoveryInfo> set_recovery(const std::string& table, bool is_enabled, int days) override;
  Result<Restoring> restore_to(const std::string& table, std::optional<Timestamp> moment,
                               const TableDefinition& definition) override;

  Result<HistoryPoint> point(const std::string& table, std::optional<Timestamp> moment) override;
  Result<std::unique_ptr<TableImage>> image(const HistoryPoint& point) const override;
  Result<std::unique_ptr<TableChanges>> changes(const HistoryPoint& from, const HistoryPoint& to) const override;

  // Whether a table is being made of what that one was: then it cannot go.
  bool is_restored_from(const std::string& table) const;
  // The table that a restore under way was to make, which is given up: for a change that is alone. Nothing: there is no
  // such restore. When the change is on disk, given_up() is told, and has what was written taken away.
  std::optional<TableRow> give_up(const std::string& table, Changes& changes);
  void given_up(const TableRow& table);
  // Takes away what journals no longer need, and answers of how many. Now and then, by one thread.
  Result<uint64_t> trim();

 private:
  // A backup, or a table that is restored into its space; or only a space, which is taken away.
  struct Job {
    std::string backup_id = {};
    std::string restored_table = {};
    Space space = 0;
    std::optional<kv::Snapshot> snapshot = {};  // of what was not begun again
  };

  EmbeddedArchive(EmbeddedStore::Impl& store, kv::Family rows);
  Result<void> load();
  static std::string failed(const Job& job);
  Result<void> work(Job& job);
  // What is not to be tried again: it goes, and the log says why.
  Result<void> end_damaged(const Job& job, const Error& why);
  Result<void> take_away(Space space);
  // False: it is to stop, or to be given up.
  bool goes_on(const Job& job) const;
  Result<void> back_up(Job& job);
  Result<void> drop_backup(const BackupRow& backup);
  Result<void> restore_table(Job& job);
  // The row of a table that will be there; an error: table_exists, invalid_request. By a change that is alone.
  Result<RestoreRow> new_restore(const TableDefinition& definition, const KeySchema& key, Changes& changes);
  void note(const RestoreRow& row);
  // Errors: no_recovery, invalid_moment.
  Result<void> check_moment(const Table& table, std::optional<Timestamp> moment) const;
  Result<HistorySource> source_of(const HistoryPoint& point) const;
  static Restoring restoring_of(const RestoreRow& row);
  Result<void> restore_moment(const RestoreRow& row, Job& job);
  // Makes what was copied to the new table what it was. Nothing when it is to stop.
  Result<std::optional<Volume>> undo(const RestoreRow& row, const Job& job, const Volume& copied);
  Result<std::optional<Volume>> count(const Job& job) const;
  // What restores that are under way need of a journal: from this number on.
  Sequence needed_from(Space journal) const;
  // The table is there from now on, with the items that were copied.
  Result<void> finish_restore(const RestoreRow& row, const Volume& volume);
  // Of the job's snapshot, if it has one. Nothing when it is to stop.
  Result<std::optional<Volume>> copy(const Job& job, Space from, Space to);
  std::optional<BackupRow> find(const std::string& id) const;
  std::optional<RestoreRow> find_restore(const std::string& table) const;
  // That one, and not a later one to a table of the same name.
  std::optional<RestoreRow> find_restore(const Job& job) const;

  EmbeddedStore::Impl& store_;
  const kv::Family archive_;
  mutable std::mutex mutex_;
  std::map<std::string, BackupRow> backups_;    // guarded by mutex_; by id
  std::map<std::string, RestoreRow> restores_;  // guarded by mutex_; by table
  RetriedJobs<Job> jobs_;                       // last: its thread uses the rest
};

}  // namespace caudal::items
