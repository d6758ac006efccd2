// SPDX-License-Identifier: Apache-2.0
// Tables as they were: backups, which stay whatever happens to their tables, restoring them, or a table as it was at a
// moment of its last days, and reading a table as it is at one moment while writes go on.
//
//   const BackupInfo backup = TRY(archive.create_backup("BankPayments", "before the migration"));
//   TRY(archive.restore(backup.id, definition));      // a table of another name, when it is available
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/errors.h"
#include "items/table.h"

namespace caudal::items {

enum class BackupState : uint8_t { kCreating, kAvailable };

struct BackupInfo {
  std::string id;  // "01489602797149-73d8d5bc": sorted by time
  std::string name;
  BackupState state = BackupState::kCreating;
  Timestamp created = {};  // the moment whose items it holds
  TableInfo table = {};    // as it was then; its volume is the backup's, once that is there
};

// How far back a table can be restored.
struct RecoveryInfo {
  bool is_enabled = false;
  int days = 0;  // that are kept
  // Whole seconds; the earliest is later than the latest within the first second.
  Timestamp earliest = {};
  Timestamp latest = {};
};

// A table that is being filled from a backup, or as another table was at a moment, and is not to be used yet.
struct Restoring {
  std::string backup_id;          // empty: not from one
  std::string source_table = {};  // then from this one
  Timestamp moment = {};          // as it was then
  Timestamp since = {};
  TableInfo table = {};
};

// The items of a table as they were when it was opened. It must be gone before the store is. Not thread-safe.
class TableImage {
 public:
  virtual ~TableImage() = default;
  virtual const TableInfo& table() const = 0;
  virtual Timestamp moment() const = 0;
  // To the first item, then to the next; false after the last.
  virtual Result<bool> next() = 0;
  // As it is stored (items/values/item_codec.h), until the next call.
  virtual std::string_view item() const = 0;
  // As DynamoDB counts.
  virtual size_t size_bytes() const = 0;
};

// Thread-safe. Errors besides those named: of the machine.
class Archive {
 public:
  virtual ~Archive() = default;

  // Errors: no_such_table.
  virtual Result<std::unique_ptr<TableImage>> image(const std::string& table) const = 0;

  // Of the table as it is now; its items are copied while writes go on. Durable when it is answered, and begun again
  // when the process ends before it is available. Errors: no_such_table.
  virtual Result<BackupInfo> create_backup(const std::string& table, const std::string& name) = 0;
  // Errors: no_such_backup.
  virtual Result<BackupInfo> describe_backup(const std::string& id) const = 0;
  // In the order of their times.
  virtual std::vector<BackupInfo> list_backups() const = 0;
  // Errors: no_such_backup; backup_in_use, while it is made or restored.
  virtual Result<BackupInfo> delete_backup(const std::string& id) = 0;

  // Makes the table `definition`, whose key must be the backup's, of its items; goes on when the process ends before it
  // is done, and until the table is removed (Store::delete_table). What is damaged is not tried again: then there is no
  // such table any more, as in DynamoDB, and the store's log says why. Errors: no_such_backup, backup_in_use while it
  // is made, table_exists, invalid_request.
  virtual Result<Restoring> restore(const std::string& backup_id, const TableDefinition& definition) = 0;
  virtual std::optional<Restoring> restoring(const std::string& table) const = 0;

  // Errors: no_such_table.
  virtual Result<RecoveryInfo> recovery(const std::string& table) const = 0;
  // Keeps what the table was for `days`, 1 to 35, from now on; or no longer, and forgets it. Errors: no_such_table;
  // table_in_use, while it is being restored from; invalid_request.
  virtual Result<RecoveryInfo> set_recovery(const std::string& table, bool is_enabled, int days) = 0;
  // Makes the table `definition`, whose key must be the same, of what the table was at `moment`, to the millisecond and
  // transactions whole; nothing: now. Where the clock went back there were several such moments: it is the last, with
  // all that was decided before it. Goes on when the process ends before it is done. Errors: no_such_table,
  // no_recovery, invalid_moment, table_exists, invalid_request.
  virtual Result<Restoring> restore_to(const std::string& table, std::optional<Timestamp> moment,
                                       const TableDefinition& definition) = 0;
};

}  // namespace caudal::items
