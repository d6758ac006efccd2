// SPDX-License-Identifier: Apache-2.0
// What the embedded store consists of. Inside room items only.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "items/archive.h"
#include "items/awaited.h"
#include "items/backfill.h"
#include "items/committer.h"
#include "items/embedded_store.h"
#include "items/embedded_streams.h"
#include "items/one_write.h"
#include "items/policies.h"
#include "items/retried_jobs.h"
#include "items/rows.h"
#include "items/tables.h"

namespace caudal::items {

// A UUID of random bits.
std::string make_table_id();

class EmbeddedArchive;

struct EmbeddedStore::Impl {
  Impl(kv::Store& store, Clock& the_clock, const Families& of, Log the_log);
  ~Impl();

  // Changes tables when all before it is on disk: `change` writes, `then` is called when that is on disk, `undo` when
  // the disk refused.
  Result<void> change_alone(std::function<Result<void>(Changes&)> change, std::function<void()> then,
                            std::function<void()> undo = {});
  // `policy`: nullptr, for none.
  Result<TableInfo> create_table(const TableDefinition& definition, const ResourcePolicyPtr& policy);
  // Whether no table can have this name now. On the thread that decides.
  bool is_taken(const std::string& name) const { return tables.find(name) != nullptr || reserved.contains(name); }
  // The first of so many.
  Result<Space> new_spaces(Changes& changes, size_t count);
  void drop_space(Space space, Changes& changes);
  // An index that was being filled is from now on to be read.
  Result<void> open_index(const Backfill::Job& job);
  // Has items of a table expire, or no longer, as is asked.
  Result<void> set_expiry(TableRow& row, const ExpirySetting& setting, Changes& changes);
  // Errors: no_such_table, when it was removed meanwhile.
  Result<void> check_still(const Table& table) const;
  Result<Got> read(const Get& get, const Table& table, const Key& key, const kv::Snapshot* snapshot,
                   kv::Reach reach = kv::Reach::kDisk) const;
  Result<Got> get(const Get& get, kv::Reach reach) const;
  Result<Page> query(const Query& query, kv::Reach reach) const;
  TableInfo info_of(const Table& table) const;
  Result<TableInfo> info_of(const std::string& name) const;
  // Changes the row of a table; `edit` gets it as it is. `then` is called when that is on disk.
  Result<void> edit_table(const std::string& name, const std::function<Result<void>(TableRow&, Changes&)>& edit,
                          const std::function<void()>& then = {});
  // Gives a table a stream, or ends it, as is asked; the stream is to be noted when that is on disk.
  Result<StreamPtr> set_stream(TableRow& row, const StreamSetting& setting, Changes& changes);

  kv::Store& kv;
  Clock& clock;
  const Families families;
  const Log log;         // may be empty
  Space next_space = 0;  // of the thread that decides; 0: not read yet. One change may take some several times
  Tables tables;
  std::unique_ptr<EmbeddedStreams> streams;
  std::set<std::string> reserved;  // of changes that are alone: names of tables that are being restored
  std::unique_ptr<Committer> committer;
  std::unique_ptr<Backfill> backfill;
  std::unique_ptr<Policies> policies;
  std::unique_ptr<EmbeddedArchive> archive;  // last: they use the rest
};

}  // namespace caudal::items
