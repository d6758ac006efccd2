// SPDX-License-Identifier: Apache-2.0
// Staging of partition moves, and publishing them in one transaction.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/date.h"
#include "catalog/catalog.h"
#include "catalog/column_changes.h"
#include "catalog/keys.h"
#include "catalog/names.h"
#include "catalog/new_tables.h"
#include "catalog/reader.h"
#include "catalog/rows.h"

namespace caudal::catalog {
namespace {

bool is_integer(Type::Kind kind) { return kind >= Type::Kind::kTinyint && kind <= Type::Kind::kBigint; }

// A value that the key's type cannot read would make every query of the table fail.
Result<void> check_value(const Table& table, const Column& key, const std::string& value) {
  TRY(check_text(fmt::format("value of partition key '{}'", key.name), value));
  if (value == kNullPartitionValue) return {};
  bool readable = true;
  if (is_integer(key.type.kind)) {
    int64_t number = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
    readable = failure == std::errc{} && end == value.data() + value.size();
  } else if (key.type.kind == Type::Kind::kDate) {
    readable = parse_date(value).has_value();
  }
  if (readable) return {};
  return Error{Errc::invalid_table, fmt::format("partition key '{}' of {}.{} is of type {}, which '{}' is not",
                                                key.name, table.database, table.name, key.type.to_string(), value)};
}

Result<PartitionName> checked_partition_name(const Table& table, const std::vector<std::string>& values) {
  if (values.size() != table.partition_keys.size()) {
    return Error{Errc::invalid_table,
                 fmt::format("table {}.{} has {} partition keys, a move gives {} values", table.database, table.name,
                             table.partition_keys.size(), values.size())};
  }
  for (size_t i = 0; i < values.size(); ++i) TRY(check_value(table, table.partition_keys[i], values[i]));
  return PartitionName{table.database, table.name, values};
}

// Writes each list of columns once into a batch, however many partitions of it share the list.
class ColumnWriter {
 public:
  ColumnWriter(kv::Family family, kv::Batch& batch) : family_(family), batch_(batch) {}

  // The hash of the columns that `target` brings, or else of the table's. `target` and `table` outlive this.
  Result<std::string> write(const Table& table, const Partition& target) {
    const auto* const list = target.columns.empty() ? &table.columns : &target.columns.get();
    std::string& hash = hashes_[list];
    if (!hash.empty()) return hash;
    const std::string encoded = encode(TRY(checked_partition_columns(*list, table)));
    hash = hash_of(encoded);
    batch_.put(family_, keys::columns(hash), encoded);
    return hash;
  }

 private:
  kv::Family family_;
  kv::Batch& batch_;
  std::map<const std::vector<Column>*, std::string> hashes_;
};

// The tables of one call, each read once, as `id` has staged them. The reader and the id must outlive it.
class Tables {
 public:
  Tables(const Reader& reader, const PublicationId& id) : reader_(reader), id_(id) {}
  Result<const Table*> find(const std::string& database, const std::string& name) {
    const std::pair key(lower_case(database), lower_case(name));
    auto found = tables_.find(key);
    if (found == tables_.end())
      found = tables_.emplace(key, TRY(reader_.table_with_staged(id_, key.first, key.second))).first;
    return &found->second;
  }

 private:
  const Reader& reader_;
  const PublicationId& id_;
  std::map<std::pair<std::string, std::string>, Table> tables_;
};

// The partition as it will be stored.
Result<PartitionRow> checked_target(const Table& table, const PartitionName& name, const Partition& target,
                                    const PublicationId& id, ColumnWriter& columns) {
  if (!target.values.empty() && target.values != name.values) {
    return Error{Errc::invalid_table,
                 fmt::format("a move of partition {} brings a partition with other values", name.to_string())};
  }
  PartitionRow row{.partition = {.values = name.values, .parameters = target.parameters, .publication = id}};
  row.partition.location = TRY(checked_location(target.location));
  if (row.partition.location.empty()) {
    return Error{Errc::invalid_table, fmt::format("partition {} is given no location", name.to_string())};
  }
  row.columns_hash = TRY(columns.write(table, target));
  return row;
}

Error already_published(const Publication& publication) {
  return Error{Errc::publication_state, fmt::format("'{}' was published at {} already; stage under a new id",
                                                    publication.id, to_string(publication.published))};
}

std::string mover(const PublicationId& id) { return id.empty() ? "nothing" : fmt::format("'{}'", id); }

}  // namespace

Result<void> Catalog::stage(const PublicationId& id, std::span<const PartitionMove> moves) {
  TRY(check_text("publication id", id));
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  if (const auto published = TRY(reader.publication(id))) return already_published(*published);
  std::map<PartitionName, StagedRow> staged;
  auto before = TRY(reader.staged(id));
  for (StagedRow& row : before) staged.emplace(row.name, std::move(row));
  Tables tables(reader, id);
  kv::Batch batch;
  ColumnWriter columns(family_, batch);
  for (const PartitionMove& move : moves) {
    const Table& table = *TRY(tables.find(move.database, move.table));
    const PartitionName name = TRY(checked_partition_name(table, move.values));
    const auto earlier = staged.find(name);
    StagedRow row{.name = name, .target = std::nullopt, .based_on = {}};
    if (move.target) row.target = TRY(checked_target(table, name, *move.target, id, columns));
    if (earlier != staged.end()) {
      row.based_on = earlier->second.based_on;
      const auto& replaced = earlier->second.target;
      if (replaced) batch.put(family_, keys::garbage(replaced->partition.location), "");
    } else if (const auto live = TRY(reader.live(name))) {
      row.based_on = live->partition.publication;
    }
    batch.put(family_, keys::staged(id, name.database, name.table, name.values), encode(row));
    staged.insert_or_assign(name, std::move(row));
  }
  if (batch.empty()) return {};
  return store_.commit(std::move(batch));
}

Result<void> Catalog::unstage(const PublicationId& id) {
  return forget_staged(id, StagedTables::kForget, [](const PartitionName&) { return true; });
}

Result<void> Catalog::unstage_table(const PublicationId& id, std::string_view database, std::string_view table) {
  const auto of_table = [database = lower_case(database), table = lower_case(table)](const PartitionName& name) {
    return name.database == database && name.table == table;
  };
  return forget_staged(id, StagedTables::kKeep, of_table);
}

Result<void> Catalog::forget_staged(const PublicationId& id, StagedTables tables,
                                    const std::function<bool(const PartitionName&)>& chosen) {
  const MutexLock lock(writing_);
  kv::Batch batch;
  const Reader reader(store_, family_);
  for (const StagedRow& row : TRY(reader.staged(id))) {
    if (!chosen(row.name)) continue;
    batch.remove(family_, keys::staged(id, row.name.database, row.name.table, row.name.values));
    if (row.target) batch.put(family_, keys::garbage(row.target->partition.location), "");
  }
  if (tables == StagedTables::kForget) TRY(remove_staged_tables(reader, id, family_, batch));
  if (batch.empty()) return {};
  return store_.commit(std::move(batch));
}

Result<Publication> Catalog::publish(const PublicationId& id, const std::string& scope) {
  TRY(check_text("publication id", id));
  TRY(check_text("scope of a publication", scope));
  const MutexLock lock(writing_);
  const Reader reader(store_, family_);
  if (auto published = TRY(reader.publication(id))) return *std::move(published);
  kv::Batch batch;
  Tables tables(reader, id);
  std::vector<StagedRow> moves;
  auto staged = TRY(reader.staged(id));
  for (StagedRow& row : staged) {
    const Table& table = *TRY(tables.find(row.name.database, row.name.table));
    TRY(checked_partition_name(table, row.name.values));
    const auto live = TRY(reader.live(row.name));
    const PublicationId based_on = live ? live->partition.publication : PublicationId();
    if (based_on != row.based_on) {
      return Error{Errc::partition_conflict,
                   fmt::format("partition {} was put there by {} when '{}' staged its own, and now by {}: nothing was "
                               "published; run again from the start",
                               row.name.to_string(), mover(row.based_on), id, mover(based_on))};
    }
    batch.remove(family_, keys::staged(id, row.name.database, row.name.table, row.name.values));
    if (row.target || live) moves.push_back(std::move(row));
  }
  const std::vector<TableUpdate> updates = TRY(staged_updates(reader, id));
  TRY(make_staged_tables(reader, id, clock_.now(), family_, batch));
  TRY(remove_staged_tables(reader, id, family_, batch));
  return record(Publication{.id = id, .scope = scope}, moves, updates, std::move(batch));
}

// Gives the publication its number, and commits it with its moves, the tables it changes, and their history.
Result<Publication> Catalog::record(Publication publication, const std::vector<StagedRow>& moves,
                                    const std::vector<TableUpdate>& updates, kv::Batch batch) {
  publication.sequence = TRY(Reader(store_, family_).last_sequence()) + 1;
  publication.published = clock_.now();
  for (const StagedRow& move : moves) {
    publication.moved.push_back(move.name);
    const HistoryRow history{.name = move.name,
                             .publication = publication.id,
                             .sequence = publication.sequence,
                             .published = publication.published,
                             .target = move.target};
    batch.put(family_, keys::history(move.name, publication.sequence), encode(history));
    if (move.target) {
      batch.put(family_, keys::live(move.name), encode(*move.target));
    } else {
      batch.remove(family_, keys::live(move.name));
    }
  }
  for (const TableUpdate& update : updates) {
    Table next = update.current;
    next.columns = update.columns;
    next.version += 1;
    next.updated = publication.published;
    batch.put(family_, keys::table(next.database, next.name), encode(next));
    batch.put(family_, keys::version(next.database, next.name, next.version), encode(next));
    const ColumnChange change{.database = next.database,
                              .table = next.name,
                              .sequence = publication.sequence,
                              .scope = publication.scope,
                              .before = update.current.version,
                              .after = next.version};
    batch.put(family_, keys::column_change(next.database, next.name, publication.sequence), encode(change));
  }
  std::ranges::sort(publication.moved);
  batch.put(family_, keys::publication(publication.sequence), encode(publication));
  kv::KeyWriter number;
  batch.put(family_, keys::publication_id(publication.id), number.u64(publication.sequence).bytes());
  TRY(store_.commit(std::move(batch)));
  return publication;
}

}  // namespace caudal::catalog
