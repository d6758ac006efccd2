// SPDX-License-Identifier: Apache-2.0
// The archive of the embedded store: backups are copies of a table's rows in a space of their own, made from a snapshot
// by a thread beside the committer; restoring copies them into the space of a new table, whose indexes are filled like
// any that are made later. Inside room items only.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "items/archive.h"
#include "items/archive_rows.h"
#include "items/embedded_impl.h"

namespace caudal::items {

class EmbeddedArchive final : public Archive {
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

  // Whether a table is being made of what that one was: then it cannot go.
  bool is_restored_from(const std::string& table) const;
  // Takes away what journals no longer need, and answers of how many. Now and then, by one thread.
  Result<uint64_t> trim();

 private:
  // One of the two is named.
  struct Job {
    std::string backup_id = {};
    std::string restored_table = {};
    std::optional<kv::Snapshot> snapshot = {};  // of what was not begun again
  };

  EmbeddedArchive(EmbeddedStore::Impl& store, kv::Family rows) : store_(store), archive_(rows) {}
  Result<void> load();
  void run();
  bool is_stopping() const;
  Result<void> work(Job& job);
  Result<void> back_up(Job& job);
  Result<void> restore_table(Job& job);
  // The row of a table that will be there; an error: table_exists, invalid_request. By a change that is alone.
  Result<RestoreRow> new_restore(const TableDefinition& definition, const KeySchema& key, Changes& changes);
  void note(const RestoreRow& row);
  static Restoring restoring_of(const RestoreRow& row);
  Result<void> restore_moment(const RestoreRow& row, Job& job);
  // Makes what was copied to the new table what it was. Nothing when it is to stop.
  Result<std::optional<Volume>> undo(const RestoreRow& row, const kv::Snapshot& snapshot, const Volume& copied);
  Result<std::optional<Volume>> count(Space space) const;
  // What restores that are under way need of a journal: from this number on.
  Sequence needed_from(Space journal) const;
  // The table is there from now on, with the items that were copied.
  Result<void> finish_restore(const RestoreRow& row, const Volume& volume);
  // Nothing when it is to stop.
  Result<std::optional<Volume>> copy(Space from, Space to, const kv::Snapshot* snapshot);
  std::optional<BackupRow> find(const std::string& id) const;
  std::optional<RestoreRow> find_restore(const std::string& table) const;
  void add(Job job);

  EmbeddedStore::Impl& store_;
  const kv::Family archive_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::map<std::string, BackupRow> backups_;    // guarded by mutex_; by id
  std::map<std::string, RestoreRow> restores_;  // guarded by mutex_; by table
  std::deque<Job> jobs_;                        // guarded by mutex_
  bool stopping_ = false;                       // guarded by mutex_
  std::thread thread_;                          // last
};

}  // namespace caudal::items
