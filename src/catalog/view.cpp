// SPDX-License-Identifier: Apache-2.0
// Reading through a snapshot, with what is staged under one id laid over it.
#include "catalog/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "catalog/errors.h"
#include "catalog/keys.h"
#include "catalog/names.h"
#include "catalog/reader.h"
#include "catalog/rows.h"

namespace caudal::catalog {

View::View(const kv::Store& store, kv::Family family, std::optional<PublicationId> staged_id)
    : store_(&store),
      family_(family),
      snapshot_(std::make_shared<const kv::Snapshot>(store.snapshot())),
      staged_id_(std::move(staged_id)) {}

Result<std::vector<Database>> View::databases() const {
  std::vector<Database> out;
  const Reader reader(*store_, family_, snapshot_.get());
  TRY(reader.each(keys::databases(), [&](std::string_view row) -> Result<void> {
    out.push_back(TRY(decode_database(row)));
    return {};
  }));
  if (!staged_id_) return out;
  TRY(reader.each(keys::staged_databases(*staged_id_), [&](std::string_view row) -> Result<void> {
    Database staged = TRY(decode_database(row));
    const auto place = std::ranges::lower_bound(out, staged.name, {}, &Database::name);
    if (place == out.end() || place->name != staged.name) out.insert(place, std::move(staged));
    return {};
  }));
  return out;
}

Result<Database> View::database(std::string_view name) const {
  const Reader reader(*store_, family_, snapshot_.get());
  if (staged_id_) return reader.database_with_staged(*staged_id_, lower_case(name));
  return reader.database(lower_case(name));
}

Result<std::vector<Table>> View::tables(std::string_view database) const {
  const Reader reader(*store_, family_, snapshot_.get());
  const std::string name = TRY(this->database(database)).name;
  std::vector<Table> out;
  TRY(reader.each(keys::tables(name), [&](std::string_view row) -> Result<void> {
    out.push_back(TRY(decode_table(row)));
    return {};
  }));
  if (!staged_id_) return out;
  TRY(reader.each(keys::staged_tables(*staged_id_, name), [&](std::string_view row) -> Result<void> {
    Table staged = TRY(decode_table(row));
    const auto place = std::ranges::lower_bound(out, staged.name, {}, &Table::name);
    if (place != out.end() && place->name == staged.name) {
      place->columns = std::move(staged.columns);
    } else if (is_new(staged)) {
      out.insert(place, std::move(staged));
    }
    return {};
  }));
  return out;
}

Result<Table> View::table(std::string_view database, std::string_view name) const {
  const Reader reader(*store_, family_, snapshot_.get());
  if (staged_id_) return reader.table_with_staged(*staged_id_, lower_case(database), lower_case(name));
  return reader.table(lower_case(database), lower_case(name));
}

Result<std::vector<Table>> View::table_versions(std::string_view database, std::string_view name) const {
  const Reader reader(*store_, family_, snapshot_.get());
  const Table current = TRY(reader.table(lower_case(database), lower_case(name)));
  std::vector<Table> out;
  TRY(reader.each(keys::versions(current.database, current.name), [&](std::string_view row) -> Result<void> {
    out.push_back(TRY(decode_table(row)));
    return {};
  }));
  return out;
}

Result<std::vector<Partition>> View::partitions(std::string_view database, std::string_view table,
                                                std::span<const std::string> leading_values) const {
  Reader reader(*store_, family_, snapshot_.get());
  const Table of = TRY(this->table(database, table));
  if (leading_values.size() > of.partition_keys.size()) {
    return Error{Errc::invalid_table,
                 fmt::format("table {}.{} has {} partition keys, {} values were given", of.database, of.name,
                             of.partition_keys.size(), leading_values.size())};
  }
  std::map<std::vector<std::string>, PartitionRow> rows;
  TRY(reader.each(keys::live(of.database, of.name, leading_values), [&](std::string_view row) -> Result<void> {
    PartitionRow partition = TRY(decode_partition(row));
    auto values = partition.partition.values;
    rows.emplace_hint(rows.end(), std::move(values), std::move(partition));
    return {};
  }));
  if (staged_id_) {
    const std::string prefix = keys::staged(*staged_id_, of.database, of.name, leading_values);
    TRY(reader.each(prefix, [&](std::string_view row) -> Result<void> {
      StagedRow staged = TRY(decode_staged(row));
      rows.erase(staged.name.values);
      if (staged.target) rows.emplace(std::move(staged.name.values), *std::move(staged.target));
      return {};
    }));
  }
  std::vector<Partition> out;
  out.reserve(rows.size());
  for (auto& [values, row] : rows) out.push_back(TRY(reader.resolve(std::move(row))));
  return out;
}

Result<std::optional<Partition>> View::partition(std::string_view database, std::string_view table,
                                                 std::span<const std::string> values) const {
  const Table of = TRY(this->table(database, table));
  if (values.size() != of.partition_keys.size()) {
    return Error{Errc::invalid_table, fmt::format("table {}.{} has {} partition keys, {} values were given",
                                                  of.database, of.name, of.partition_keys.size(), values.size())};
  }
  auto found = TRY(partitions(database, table, values));
  if (found.empty()) return std::optional<Partition>();
  return std::optional<Partition>(std::move(found.front()));
}

Result<std::vector<PartitionEvent>> View::history(std::string_view database, std::string_view table) const {
  Reader reader(*store_, family_, snapshot_.get());
  const Table of = TRY(this->table(database, table));
  std::multimap<uint64_t, PartitionEvent> in_order;
  TRY(reader.each(keys::history(of.database, of.name), [&](std::string_view bytes) -> Result<void> {
    HistoryRow row = TRY(decode_history(bytes));
    PartitionEvent event{.publication = std::move(row.publication),
                         .sequence = row.sequence,
                         .published = row.published,
                         .values = std::move(row.name.values),
                         .partition = std::nullopt};
    if (row.target) event.partition = TRY(reader.resolve(*std::move(row.target)));
    in_order.emplace(row.sequence, std::move(event));
    return {};
  }));
  std::vector<PartitionEvent> out;
  out.reserve(in_order.size());
  for (auto& [sequence, event] : in_order) out.push_back(std::move(event));
  return out;
}

Result<std::vector<ColumnChange>> View::column_changes(uint64_t sequence) const {
  std::vector<ColumnChange> out;
  const Reader reader(*store_, family_, snapshot_.get());
  TRY(reader.each(keys::column_changes(), [&](std::string_view row) -> Result<void> {
    ColumnChange change = TRY(decode_column_change(row));
    if (change.sequence == sequence) out.push_back(std::move(change));
    return {};
  }));
  return out;
}

Result<std::vector<Publication>> View::publications(std::string_view scope, size_t limit) const {
  std::vector<Publication> out;
  if (limit == 0) return out;
  const Reader reader(*store_, family_, snapshot_.get());
  TRY(reader.each_backward(keys::publications(), [&](std::string_view row) -> Result<bool> {
    Publication publication = TRY(decode_publication(row));
    if (scope.empty() || publication.scope == scope) out.push_back(std::move(publication));
    return out.size() < limit;
  }));
  return out;
}

Result<Publication> View::publication(std::string_view id) const {
  auto found = TRY(Reader(*store_, family_, snapshot_.get()).publication(id));
  if (found) return *std::move(found);
  return Error{Errc::not_found, fmt::format("'{}' was never published; `caudal catalog history` shows what was", id)};
}

Result<std::vector<PartitionMove>> View::staged(std::string_view id) const {
  Reader reader(*store_, family_, snapshot_.get());
  std::vector<PartitionMove> out;
  auto rows = TRY(reader.staged(id));
  for (StagedRow& row : rows) {
    PartitionMove move{.database = std::move(row.name.database),
                       .table = std::move(row.name.table),
                       .values = std::move(row.name.values),
                       .target = std::nullopt};
    if (row.target) move.target = TRY(reader.resolve(*std::move(row.target)));
    out.push_back(std::move(move));
  }
  return out;
}

Result<std::vector<PublicationId>> View::staged_ids() const {
  std::set<PublicationId> ids;
  const Reader reader(*store_, family_, snapshot_.get());
  for (const std::string& prefix : {keys::all_staged(), keys::all_staged_databases(), keys::all_staged_tables()}) {
    for (const std::string& key : TRY(reader.keys(prefix)))
      ids.insert(TRY(kv::KeyReader(std::string_view(key).substr(1)).text()));
  }
  return std::vector<PublicationId>(ids.begin(), ids.end());
}

}  // namespace caudal::catalog
