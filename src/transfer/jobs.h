// SPDX-License-Identifier: Apache-2.0
// Exports and imports as jobs: begun, worked off one after the other by a thread, and remembered. An import that the
// end of the process cut short goes on at the next start, after the last records that it has put into the table; an
// export of a table that can be restored to a moment, after the last file that is whole. Of another table what it was
// to show is gone then: it has failed, and says so.
//
//   auto importing = TRY(ImportingTables::open(kv));
//   auto jobs = TRY(Jobs::open({.kv = kv, .store = items, .archive = items.archive(), .objects = objects,
//                               .clock = clock, .importing = *importing}));
//   const Job job = TRY(jobs->begin_export({.table = "orders", .table_arn = arn, .bucket = "lake"}));
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "items/archive.h"
#include "items/store.h"
#include "items/table_history.h"
#include "kv/store.h"
#include "objects/store.h"
#include "transfer/export.h"
#include "transfer/import.h"
#include "transfer/importing_tables.h"
#include "transfer/record_reader.h"

namespace caudal::transfer {

enum class JobKind : uint8_t { kExport, kImport };
enum class JobState : uint8_t { kInProgress, kCompleted, kFailed };

struct Job {
  std::string id;  // sorted by time
  JobKind kind = JobKind::kExport;
  JobState state = JobState::kInProgress;
  std::string table = {};
  std::string table_arn = {};
  std::string table_id = {};
  std::string bucket = {};
  std::string prefix = {};
  InputOptions input = {};  // of imports
  std::string token = {};   // the client's
  std::string digest = {};  // of what came with it
  Timestamp moment = {};    // of exports: whose items they hold
  Timestamp started = {};
  Timestamp ended = {};
  std::string failure_code = {};
  std::string failure = {};
  // So far, and in the end.
  uint64_t records = 0;
  uint64_t items = 0;
  uint64_t refused = 0;
  uint64_t bytes = 0;
  uint64_t objects = 0;    // of imports, that are done
  ImportPlace place = {};  // likewise: where it goes on
  // Of exports of tables that can be restored to a moment: what they show, and where they go on. `from`: of exports of
  // what changed.
  std::optional<items::HistoryPoint> from = {};
  std::optional<items::HistoryPoint> to = {};
  bool with_old = true;
  ExportPlace export_place = {};
};

// A request that comes again with its token is answered with the job that it began.
struct Begun {
  std::string token = {};
  std::string digest = {};
};

// What changed since `from`.
struct ChangesRequest {
  Timestamp from = {};
  bool with_old = true;
};

struct ExportRequest {
  std::string table;
  std::string table_arn;
  std::string bucket;
  std::string prefix = {};
  Begun begun = {};
  std::optional<Timestamp> moment = {};  // nothing: now
  std::optional<ChangesRequest> changes = {};
};

struct ImportRequest {
  items::TableDefinition table;  // is made
  std::string table_arn;
  std::string bucket;
  std::string prefix = {};
  InputOptions input = {};
  Begun begun = {};
};

// Thread-safe.
class Jobs {
 public:
  // All outlive it.
  struct Rooms {
    kv::Store& kv;
    items::Store& store;
    items::Archive& archive;
    objects::Store& objects;
    Clock& clock;
    // Opened on the same `kv` before. Who uses the store beside this one goes through GuardedStore with it.
    ImportingTables& importing;
    uint64_t export_file_bytes = uint64_t{256} << 20;
  };
  static Result<std::unique_ptr<Jobs>> open(const Rooms& rooms);
  // What runs is cut short.
  ~Jobs();

  // Errors: no_such_table (of room items), no_backups_yet, token_conflict; of another moment than now, and of
  // what changed, no_recovery and invalid_moment (of room items); of what changed, invalid_window.
  Result<Job> begin_export(const ExportRequest& request);
  // The table is there, and among `importing`, from before it answers until the import is done. Errors: those of making
  // a table, token_conflict.
  Result<Job> begin_import(const ImportRequest& request);
  std::optional<Job> find(std::string_view id) const;
  // Whether a table of this name is being filled by an import. Never waits; costs nothing while there is no import.
  bool is_importing(std::string_view table) const;
  // The newest first.
  std::vector<Job> list(JobKind kind) const;

 private:
  struct Impl;
  explicit Jobs(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::transfer
