// SPDX-License-Identifier: Apache-2.0
// SQL over the catalog's tables. The Engine makes Sessions; it knows the catalog, the objects and the system tables.
//
//   auto engine = TRY(Engine::open(catalog, objects, {.work_directory = data / "work"}));
//   engine->add_system_table(std::make_shared<RunsTable>(runs));
//   auto session = TRY(engine->open_session({}));
//   auto rows = TRY(session->query("SELECT count(*) FROM curated.tb_faturas WHERE ano = 2024"));
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/thread_annotations.h"
#include "catalog/catalog.h"
#include "objects/store.h"
#include "queries/link_folders.h"
#include "queries/session.h"
#include "queries/system_table.h"

namespace caudal::queries {

struct EngineOptions {
  // Links to objects, and what spills out of memory. On the file system of the objects' blobs, so that links cost
  // nothing. Belongs to the Engine: what it finds there is removed, but for empty folders that serve again.
  std::filesystem::path work_directory;
  Limits limits = {};  // of each session, unless it says otherwise
  // Folders that every session may write to; see SessionOptions::output_directories.
  std::vector<std::filesystem::path> output_directories = {};
};

// Thread-safe. The catalog and the store must outlive it; it must outlive its sessions.
class Engine {
 public:
  // Removes what sessions of a killed process have left behind.
  static Result<std::unique_ptr<Engine>> open(catalog::Catalog& catalog, objects::Store& objects,
                                              EngineOptions options);

  // Shows `table` as caudal.<name> in the sessions opened from now on; takes the place of one with the same name.
  void add_system_table(std::shared_ptr<const SystemTable> table);

  Result<std::unique_ptr<Session>> open_session(SessionOptions options = {});

  // What its sessions have done so far, and are doing.
  const sql::Counters& counters() const { return *counters_; }

  // Of a session with the engine's own limits: what EngineOptions say, or 80 % of the machine's memory.
  uint64_t memory_limit_bytes() const;

 private:
  Engine(catalog::Catalog& catalog, objects::Store& objects, std::unique_ptr<LinkFolders> link_folders,
         EngineOptions options)
      : catalog_(catalog), objects_(objects), link_folders_(std::move(link_folders)), options_(std::move(options)) {}
  catalog::Catalog& catalog_;
  objects::Store& objects_;
  const std::unique_ptr<LinkFolders> link_folders_;
  const EngineOptions options_;
  std::atomic<uint64_t> next_session_ = 1;
  const std::shared_ptr<sql::Counters> counters_ = std::make_shared<sql::Counters>();  // sessions have it too
  Mutex mutex_;
  SystemTables system_tables_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::queries
