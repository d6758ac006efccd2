// SPDX-License-Identifier: Apache-2.0
// Tables that come to be with a publication: until then only with_staged() shows them, so a run that fails leaves none.
#include "catalog/new_tables.h"

#include <fmt/format.h>

#include <set>

#include "catalog/catalog.h"
#include "catalog/keys.h"
#include "catalog/names.h"
#include "catalog/rows.h"

namespace caudal::catalog {

Result<Table> Catalog::stage_table(const PublicationId& id, Table table, std::string_view database_location) {
  TRY(check_text("publication id", id));
  TRY(check_table(table));
  Database database{.name = table.database, .location = TRY(checked_location(database_location))};
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  if (const auto published = TRY(reader.publication(id))) {
    return Error{Errc::publication_state,
                 fmt::format("'{}' was published already; stage tables under a new id", published->id)};
  }
  if (TRY(reader.find_table(table.database, table.name))) {
    return Error{Errc::exists, fmt::format("table '{}.{}' exists already", table.database, table.name)};
  }
  table.version = 0;
  table.created = table.updated = database.created = clock_.now();
  kv::Batch batch;
  if (!TRY(reader.get(keys::database(database.name)))) {
    batch.put(family_, keys::staged_database(id, database.name), encode(database));
  }
  batch.put(family_, keys::staged_table(id, table.database, table.name), encode(table));
  TRY(store_.commit(std::move(batch)));
  return table;
}

Result<void> make_staged_tables(const Reader& reader, const PublicationId& id, Timestamp now, kv::Family family,
                                kv::Batch& batch) {
  std::set<std::string> databases;  // that come to be with it
  TRY(reader.each(keys::staged_databases(id), [&](std::string_view row) -> Result<void> {
    Database database = TRY(decode_database(row));
    if (TRY(reader.get(keys::database(database.name)))) return {};
    database.created = now;
    batch.put(family, keys::database(database.name), encode(database));
    databases.insert(std::move(database.name));
    return {};
  }));
  return reader.each(keys::staged_tables(id), [&](std::string_view row) -> Result<void> {
    Table table = TRY(decode_table(row));
    if (!is_new(table)) return {};
    if (const auto made = TRY(reader.find_table(table.database, table.name))) {
      if (made->columns == table.columns && made->partition_keys == table.partition_keys) return {};
      return Error{
          Errc::version_conflict,
          fmt::format("table '{}.{}' was made by somebody else, with other columns, since '{}' staged its own: "
                      "nothing was published; run again from the start",
                      table.database, table.name, id)};
    }
    if (!databases.contains(table.database)) TRY(reader.database(table.database));
    table.version = 1;
    table.created = table.updated = now;
    const std::string made = encode(table);
    batch.put(family, keys::table(table.database, table.name), made);
    batch.put(family, keys::version(table.database, table.name, table.version), made);
    return {};
  });
}

Result<void> remove_staged_tables(const Reader& reader, const PublicationId& id, kv::Family family, kv::Batch& batch) {
  for (const std::string& prefix : {keys::staged_databases(id), keys::staged_tables(id)}) {
    for (const std::string& key : TRY(reader.keys(prefix))) batch.remove(family, key);
  }
  return {};
}

}  // namespace caudal::catalog
