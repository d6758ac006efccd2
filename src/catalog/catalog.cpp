// SPDX-License-Identifier: Apache-2.0
// Databases and tables. Publishing is in publishing.cpp, rollback in rollback.cpp, garbage in garbage.cpp.
#include "catalog/catalog.h"

#include <fmt/format.h>

#include "catalog/keys.h"
#include "catalog/names.h"
#include "catalog/reader.h"
#include "catalog/rows.h"

namespace caudal::catalog {
namespace {

std::string keys_text(const std::vector<Column>& keys) {
  std::string out;
  for (const Column& key : keys) out += (out.empty() ? "" : ", ") + key.name + " " + key.type.to_string();
  return out.empty() ? "none" : out;
}

bool same_keys(const std::vector<Column>& one, const std::vector<Column>& other) {
  if (one.size() != other.size()) return false;
  for (size_t i = 0; i < one.size(); ++i) {
    if (one[i].name != other[i].name || one[i].type != other[i].type) return false;
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(kv::Store& store, Clock& clock) {
  const kv::Family family = TRY(store.family(kFamily));
  return std::unique_ptr<Catalog>(new Catalog(store, clock, family));
}

View Catalog::live() const { return {store_, family_, std::nullopt}; }
View Catalog::with_staged(PublicationId id) const { return {store_, family_, std::move(id)}; }

Result<Database> Catalog::create_database(Database database) {
  database.name = TRY(checked_name("database name", database.name));
  database.location = TRY(checked_location(database.location));
  const MutexLock lock(writing_);
  if (TRY(Reader(store_, family_).get(keys::database(database.name)))) {
    return Error{Errc::exists, fmt::format("database '{}' exists already", database.name)};
  }
  database.created = clock_.now();
  kv::Batch batch;
  batch.put(family_, keys::database(database.name), encode(database));
  TRY(store_.commit(std::move(batch)));
  return database;
}

Result<Database> Catalog::update_database(Database database) {
  database.name = lower_case(database.name);
  database.location = TRY(checked_location(database.location));
  const MutexLock lock(writing_);
  database.created = TRY(Reader(store_, family_).database(database.name)).created;
  kv::Batch batch;
  batch.put(family_, keys::database(database.name), encode(database));
  TRY(store_.commit(std::move(batch)));
  return database;
}

Result<void> Catalog::drop_database(std::string_view name) {
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  const Database database = TRY(reader.database(lower_case(name)));
  const size_t tables = TRY(reader.keys(keys::tables(database.name))).size();
  if (tables > 0) {
    return Error{Errc::not_empty,
                 fmt::format("database '{}' still has {} {}; drop {} first (`caudal catalog tables {}` lists them)",
                             database.name, tables, tables == 1 ? "table" : "tables", tables == 1 ? "it" : "them",
                             database.name)};
  }
  kv::Batch batch;
  batch.remove(family_, keys::database(database.name));
  return store_.commit(std::move(batch));
}

Result<Table> Catalog::create_table(Table table) {
  TRY(check_table(table));
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  TRY(reader.database(table.database));
  if (TRY(reader.find_table(table.database, table.name))) {
    return Error{Errc::exists, fmt::format("table '{}.{}' exists already", table.database, table.name)};
  }
  table.version = 1;
  table.created = table.updated = clock_.now();
  const std::string row = encode(table);
  kv::Batch batch;
  batch.put(family_, keys::table(table.database, table.name), row);
  batch.put(family_, keys::version(table.database, table.name, table.version), row);
  TRY(store_.commit(std::move(batch)));
  return table;
}

Result<Table> Catalog::update_table(Table table, uint64_t expected_version) {
  TRY(check_table(table));
  const MutexLock lock(writing_);
  const Table current = TRY(Reader(store_, family_).table(table.database, table.name));
  if (current.version != expected_version) {
    return Error{Errc::version_conflict,
                 fmt::format("table '{}.{}' is at version {}, not {}: somebody changed it; read it again, then update",
                             table.database, table.name, current.version, expected_version)};
  }
  if (!same_keys(table.partition_keys, current.partition_keys)) {
    return Error{
        Errc::invalid_table,
        fmt::format("the partition keys of '{}.{}' cannot change from ({}) to ({}); make a new table instead",
                    table.database, table.name, keys_text(current.partition_keys), keys_text(table.partition_keys))};
  }
  table.version = current.version;
  table.created = current.created;
  table.updated = current.updated;
  if (table == current) return current;
  table.version = current.version + 1;
  table.updated = clock_.now();
  const std::string row = encode(table);
  kv::Batch batch;
  batch.put(family_, keys::table(table.database, table.name), row);
  batch.put(family_, keys::version(table.database, table.name, table.version), row);
  TRY(store_.commit(std::move(batch)));
  return table;
}

Result<void> Catalog::drop_table(std::string_view database, std::string_view name) {
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  const Table table = TRY(reader.table(lower_case(database), lower_case(name)));
  kv::Batch batch;
  batch.remove(family_, keys::table(table.database, table.name));
  for (const std::string& prefix :
       {keys::versions(table.database, table.name), keys::live(table.database, table.name),
        keys::history(table.database, table.name), keys::column_changes(table.database, table.name)}) {
    const auto doomed = TRY(reader.keys(prefix));
    for (const std::string& key : doomed) batch.remove(family_, key);
  }
  return store_.commit(std::move(batch));
}

}  // namespace caudal::catalog
