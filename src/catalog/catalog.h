// SPDX-License-Identifier: Apache-2.0
// The catalog: which tables there are, and where each partition's rows lie now. It knows nothing of objects, files or
// SQL.
//
//   auto catalog = TRY(Catalog::open(store, clock));
//   TRY(catalog->stage(run, {{"curated", "tb_faturas", {"2024", "01"}, Partition{.location = "s3://lake/…/run-7/"}}}));
//   catalog->with_staged(run).partitions("curated", "tb_faturas");   // this run sees its own work, nobody else does
//   TRY(catalog->publish(run, "invoices"));                          // all moves at once, or none
//   TRY(catalog->rollback_to(earlier_run, "undo-1"));                // itself a publication, so it can be undone
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "catalog/errors.h"
#include "catalog/publication.h"
#include "catalog/table.h"
#include "catalog/view.h"
#include "kv/store.h"

namespace caudal::catalog {

struct StagedRow;
struct TableUpdate;

// The family of the kv store that the catalog's rows live in; open the store with it.
inline constexpr const char* kFamily = "catalog";

// Thread-safe. Writes are durable when they return, one at a time; reads never wait for them. Names are lower-cased,
// and held to Glue's limits. The store and the clock must outlive it.
class Catalog {
 public:
  static Result<std::unique_ptr<Catalog>> open(kv::Store& store, Clock& clock);

  // The state as it is now; and the same with what is staged under `id` on top.
  View live() const;
  View with_staged(PublicationId id) const;

  // `created` of the argument is ignored; the stored value is returned.
  Result<Database> create_database(Database database);
  // Description, location and parameters.
  Result<Database> update_database(Database database);
  // Refused (Errc::not_empty) while it has tables.
  Result<void> drop_database(std::string_view name);

  Result<Table> create_table(Table table);
  // Stores the next version; an equal table stores none. Errc::version_conflict unless the current version is
  // `expected_version`. The partition keys cannot change; existing partitions keep their own columns and locations.
  Result<Table> update_table(Table table, uint64_t expected_version);
  // With its versions, partitions and their history; the data below its locations is left alone. What is staged for it
  // can no longer be published.
  Result<void> drop_table(std::string_view database, std::string_view name);

  // Prepares moves under `id`: durable, and visible only to with_staged(id). May be called repeatedly; a later move of
  // the same partition replaces the earlier. Errc::publication_state when `id` is published already.
  Result<void> stage(const PublicationId& id, std::span<const PartitionMove> moves);
  // Prepares a table that is not there, and its database, at `database_location`, where that is not either:
  // with_staged(id) shows them at once, everybody else when `id` is published. Errc::exists when the table is there.
  // One that another publication has made meanwhile, the same, is as good. Returns it as with_staged(id) shows it.
  Result<Table> stage_table(const PublicationId& id, Table table, std::string_view database_location);
  // Prepares other columns for a table, without its partition keys: with_staged(id) shows them at once, everybody else
  // when `id` is published, together with its moves. Returns the table as with_staged(id) shows it.
  Result<Table> stage_columns(const PublicationId& id, std::string_view database, std::string_view table,
                              std::vector<Column> columns);
  // Forgets what is staged under `id`; its locations become garbage. Nothing staged is no error.
  Result<void> unstage(const PublicationId& id);
  // The same for the moves of one table, so that the work on it can begin anew; the table, or its columns, stay staged.
  Result<void> unstage_table(const PublicationId& id, std::string_view database, std::string_view table);
  // Makes everything staged under `id` visible in one transaction and keeps the history. Publishing an id again returns
  // the same Publication and changes nothing; with nothing staged an empty publication is recorded.
  // Errc::partition_conflict when another publication has moved one of the partitions since it was first staged,
  // Errc::version_conflict when somebody has changed columns that are staged, or made such a table otherwise.
  Result<Publication> publish(const PublicationId& id, const std::string& scope);
  // Puts every partition that a later publication of the same scope moved back to what it was right after `target`, and
  // the columns that they changed, as publication `id`. Errc::version_conflict when somebody else has changed those
  // columns since; Errc::partition_conflict when another scope has moved one of them since, or its table was
  // dropped; Errc::publication_state when `target` is no longer restorable. Rolling back again under the same `id`
  // returns the same.
  Result<Publication> rollback_to(const PublicationId& target, const PublicationId& id);

  // Locations that nothing refers to any more: not the live partitions, not anything staged, not the last
  // `keep_publications` (at least 1) of any scope, which from now on are the only ones that can be rolled back to.
  // None lies below, or above, a location that is in use. Delete their objects, then call garbage_deleted; until then
  // they are returned again, also after a restart. Never stage a location that was staged before under another id.
  Result<std::vector<std::string>> collect_garbage(size_t keep_publications);
  Result<void> garbage_deleted(std::span<const std::string> locations);

 private:
  enum class StagedTables { kKeep, kForget };
  Result<void> forget_staged(const PublicationId& id, StagedTables tables,
                             const std::function<bool(const PartitionName&)>& chosen);
  Catalog(kv::Store& store, Clock& clock, kv::Family family) : store_(store), clock_(clock), family_(family) {}
  Result<Publication> record(Publication publication, const std::vector<StagedRow>& moves,
                             const std::vector<TableUpdate>& updates, kv::Batch batch) CAUDAL_REQUIRES(writing_);

  kv::Store& store_;
  Clock& clock_;
  const kv::Family family_;
  Mutex writing_;  // held by a write from its first read to its commit
};

}  // namespace caudal::catalog
