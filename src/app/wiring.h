// SPDX-License-Identifier: Apache-2.0
// The one place where the rooms are put together on a data directory.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "access/audit/log.h"
#include "access/identities.h"
#include "api/s3/event_router.h"
#include "backup/report.h"
#include "base/clock.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "flows/engine/platform.h"
#include "flows/runs/run_store.h"
#include "items/embedded_store.h"
#include "items/remote/remote_store.h"
#include "kv/data_directory.h"
#include "kv/store.h"
#include "objects/key_ring.h"
#include "objects/store.h"
#include "queries/engine.h"
#include "transfer/guarded_store.h"
#include "transfer/importing_tables.h"
#include "transfer/jobs.h"

namespace caudal::app {

struct PlatformOptions {
  std::filesystem::path data;
  size_t cache_bytes = size_t{32} << 20;
  queries::Limits limits = {};  // of a query or a step
  // Master keys of objects that are encrypted; empty: in the data directory.
  std::filesystem::path object_keys_file = {};
  // A root key that is preset; both empty: one is made.
  std::string root_access_key_id = {};
  access::Secret root_secret = {};
  std::filesystem::path master_key_file = {};  // empty: in the data directory
  int64_t audit_keep_days = 0;                 // 0: for good
  // Where tables of items are kept; nothing: in the data directory.
  std::optional<items::RemoteOptions> items_elsewhere = {};
  // Takes a line about work that nobody waits for; thread-safe. May be empty.
  std::function<void(std::string_view)> log = {};
};

// Everything that works on one data directory, which it keeps to itself while it lives. Each room is opened when it is
// first asked for. Not thread-safe; what it answers is as its own header says, and lives as long as this.
class Platform {
 public:
  // Makes the data directory when it is not there. `clock` must outlive it.
  static Result<std::unique_ptr<Platform>> open(const PlatformOptions& options, Clock& clock);

  const std::filesystem::path& data() const { return directory_.path(); }
  // Tells other processes that want the data directory where this one answers.
  Result<void> announce(std::string_view url) { return directory_.announce(url); }
  kv::Store& kv() { return *kv_; }
  Result<objects::Store*> objects();
  // A table that is being imported cannot be used there until it is whole.
  Result<items::Store*> items();
  // Whether those are in the data directory, with all that is made of them there: backups, exports, imports.
  bool keeps_items() const { return !options_.items_elsewhere; }
  Result<items::Archive*> archive();
  Result<items::Policies*> policies();
  // Exports and imports of tables of items; what was under way when the process ended goes on, where it can.
  Result<transfer::Jobs*> jobs();
  Result<access::Identities*> identities();
  Result<audit::Log*> audit();
  std::filesystem::path audit_directory() const { return data() / "audit"; }
  // Of the links in the audit log.
  Result<std::string> audit_key();
  Result<catalog::Catalog*> catalog();
  Result<runs::RunStore*> runs();
  Result<queries::Engine*> queries();
  Result<flows::engine::Platform> flows();
  // A copy of all of it in the new or empty folder `target`, which is a data directory then; see backup/backup.h. Once
  // objects() has been asked for, from any thread. Errors: of room backup.
  Result<backup::Report> back_up(const std::filesystem::path& target, const backup::Rules& rules);
  // Files outside of the data directory that a server needs, and which no copy of it has.
  std::vector<std::filesystem::path> keys_elsewhere() const;
  // Where flows write files before they become objects: queries may write there, and nobody else.
  std::filesystem::path staging() const;

 private:
  Platform(PlatformOptions options, Clock& clock, kv::DataDirectory directory)
      : options_(std::move(options)), clock_(clock), directory_(std::move(directory)) {}
  kv::Options kv_options() const;

  PlatformOptions options_;
  Clock& clock_;
  // In the order in which one stands on the other; destroyed from the last to the first.
  kv::DataDirectory directory_;
  std::unique_ptr<kv::Store> kv_;
  std::unique_ptr<objects::FileKeyRing> object_keys_;
  const api::s3::NotificationRouter event_router_;
  std::unique_ptr<objects::Store> objects_;
  std::unique_ptr<items::EmbeddedStore> items_;
  // In front of it, for all but the imports.
  std::unique_ptr<transfer::ImportingTables> importing_;
  std::unique_ptr<transfer::GuardedStore> guarded_items_;
  std::unique_ptr<transfer::GuardedArchive> guarded_archive_;
  std::unique_ptr<items::RemoteStore> items_elsewhere_;  // instead
  std::unique_ptr<transfer::Jobs> jobs_;
  std::unique_ptr<access::Identities> identities_;
  std::unique_ptr<audit::Log> audit_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<runs::RunStore> runs_;
  std::unique_ptr<queries::Engine> queries_;
};

}  // namespace caudal::app
