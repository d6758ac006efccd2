// SPDX-License-Identifier: Apache-2.0
// Columns that go live with a publication, and go back with a rollback.
#include "catalog/column_changes.h"

#include <fmt/format.h>

#include <map>

#include "catalog/catalog.h"
#include "catalog/keys.h"
#include "catalog/names.h"
#include "catalog/rows.h"

namespace caudal::catalog {
namespace {

Result<Table> version_of(const Reader& reader, const std::string& database, const std::string& table, uint64_t number) {
  const auto row = TRY(reader.get(keys::version(database, table, number)));
  if (row) return decode_table(*row);
  return Error{Errc::corrupt, fmt::format("the catalog is damaged: version {} of table '{}.{}' is missing; restore the "
                                          "data directory from a checkpoint",
                                          number, database, table)};
}

}  // namespace

Result<Table> Catalog::stage_columns(const PublicationId& id, std::string_view database, std::string_view table,
                                     std::vector<Column> columns) {
  TRY(check_text("publication id", id));
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  if (const auto published = TRY(reader.publication(id))) {
    return Error{Errc::publication_state,
                 fmt::format("'{}' was published already; stage columns under a new id", published->id)};
  }
  Table staged = TRY(reader.table_with_staged(id, lower_case(database), lower_case(table)));
  staged.columns = std::move(columns);
  TRY(check_columns(staged));
  kv::Batch batch;
  batch.put(family_, keys::staged_table(id, staged.database, staged.name), encode(staged));
  TRY(store_.commit(std::move(batch)));
  return staged;
}

Result<std::vector<TableUpdate>> staged_updates(const Reader& reader, const PublicationId& id) {
  std::vector<TableUpdate> updates;
  TRY(reader.each(keys::staged_tables(id), [&](std::string_view row) -> Result<void> {
    Table staged = TRY(decode_table(row));
    if (is_new(staged)) return {};
    Table current = TRY(reader.table(staged.database, staged.name));
    if (current.columns == staged.columns) return {};
    if (current.columns != TRY(version_of(reader, staged.database, staged.name, staged.version)).columns) {
      return Error{
          Errc::version_conflict,
          fmt::format("table '{}.{}' was given other columns since '{}' staged its own: nothing was published; "
                      "run again from the start",
                      staged.database, staged.name, id)};
    }
    updates.push_back({std::move(current), std::move(staged.columns)});
    return {};
  }));
  return updates;
}

Result<std::vector<TableUpdate>> updates_back(const Reader& reader, const Publication& target) {
  std::map<std::pair<std::string, std::string>, std::vector<ColumnChange>> since;  // of each table, oldest first
  TRY(reader.each(keys::column_changes(), [&](std::string_view row) -> Result<void> {
    ColumnChange change = TRY(decode_column_change(row));
    if (change.sequence <= target.sequence) return {};
    const std::pair table(change.database, change.table);
    since[table].push_back(std::move(change));
    return {};
  }));
  std::vector<TableUpdate> updates;
  for (const auto& [name, changes] : since) {
    const auto& [database, table] = name;
    bool ours = false;
    bool others = false;
    for (const ColumnChange& change : changes) (change.scope == target.scope ? ours : others) = true;
    if (!ours) continue;
    Table current = TRY(reader.table(database, table));
    const Table last = TRY(version_of(reader, database, table, changes.back().after));
    if (others || current.columns != last.columns) {
      return Error{Errc::version_conflict,
                   fmt::format("cannot roll back to '{}': the columns of '{}.{}' were changed since, not by '{}'; "
                               "nothing was changed",
                               target.id, database, table, target.scope)};
    }
    Table before = TRY(version_of(reader, database, table, changes.front().before));
    if (before.columns != current.columns) updates.push_back({std::move(current), std::move(before.columns)});
  }
  return updates;
}

}  // namespace caudal::catalog
