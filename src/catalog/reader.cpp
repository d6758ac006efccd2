// SPDX-License-Identifier: Apache-2.0
// Reading of the catalog's rows, and the messages for what is not there.
#include "catalog/reader.h"

#include <fmt/format.h>

#include "base/mistakes.h"
#include "catalog/errors.h"
#include "catalog/keys.h"

namespace caudal::catalog {
namespace {

Error corrupt(std::string what) {
  return Error{Errc::corrupt,
               "the catalog is damaged: " + std::move(what) + "; restore the data directory from a checkpoint"};
}

}  // namespace

Result<void> Reader::each(std::string_view prefix,
                          const std::function<Result<void>(std::string_view value)>& visit) const {
  kv::Scan scan = store_.scan(family_, kv::Range::prefix(prefix), snapshot_);
  for (; scan.valid(); scan.next()) TRY(visit(scan.value()));
  return scan.status();
}

Result<void> Reader::each_backward(std::string_view prefix,
                                   const std::function<Result<bool>(std::string_view value)>& visit) const {
  kv::Scan scan = store_.scan(family_, kv::Range::prefix(prefix), snapshot_);
  for (scan.to_last(); scan.valid(); scan.previous()) {
    if (!TRY(visit(scan.value()))) return {};
  }
  return scan.status();
}

Result<std::vector<std::string>> Reader::keys(std::string_view prefix) const {
  std::vector<std::string> out;
  kv::Scan scan = store_.scan(family_, kv::Range::prefix(prefix), snapshot_);
  for (; scan.valid(); scan.next()) out.emplace_back(scan.key());
  TRY(scan.status());
  return out;
}

Error Reader::no_database(std::string_view name) const {
  std::vector<std::string> known;
  const auto listed = each(keys::databases(), [&](std::string_view row) -> Result<void> {
    known.push_back(TRY(decode_database(row)).name);
    return {};
  });
  if (!listed) return listed.error();
  return Error{Errc::not_found, fmt::format("database '{}' does not exist{}; `caudal catalog databases` lists them",
                                            name, did_you_mean(name, known))};
}

Error Reader::no_table(std::string_view database, std::string_view name) const {
  std::vector<std::string> known;
  const auto listed = each(keys::tables(database), [&](std::string_view row) -> Result<void> {
    known.push_back(TRY(decode_table(row)).name);
    return {};
  });
  if (!listed) return listed.error();
  return Error{Errc::not_found, fmt::format("table '{}.{}' does not exist{}; `caudal catalog tables {}` lists them",
                                            database, name, did_you_mean(name, known), database)};
}

Result<Database> Reader::database(std::string_view name) const {
  const auto row = TRY(get(keys::database(name)));
  if (!row) return no_database(name);
  return decode_database(*row);
}

Result<std::optional<Table>> Reader::find_table(std::string_view database, std::string_view name) const {
  const auto row = TRY(get(keys::table(database, name)));
  if (!row) return std::optional<Table>();
  return std::optional<Table>(TRY(decode_table(*row)));
}

Result<Table> Reader::table(std::string_view database, std::string_view name) const {
  auto found = TRY(find_table(database, name));
  if (found) return *std::move(found);
  TRY(this->database(database));
  return no_table(database, name);
}

Result<Database> Reader::database_with_staged(std::string_view id, std::string_view name) const {
  auto found = database(name);
  if (found || found.error().code != Errc::not_found) return found;
  const auto staged = TRY(get(keys::staged_database(id, name)));
  if (staged) return decode_database(*staged);
  return found;
}

Result<Table> Reader::table_with_staged(std::string_view id, std::string_view database, std::string_view name) const {
  auto found = TRY(find_table(database, name));
  const auto row = TRY(get(keys::staged_table(id, database, name)));
  if (row) {
    Table staged = TRY(decode_table(*row));
    if (!found && is_new(staged)) return staged;
    if (found) found->columns = std::move(staged.columns);
  }
  if (found) return *std::move(found);
  TRY(database_with_staged(id, database));
  return no_table(database, name);
}

Result<std::optional<PartitionRow>> Reader::live(const PartitionName& name) const {
  const auto row = TRY(get(keys::live(name)));
  if (!row) return std::optional<PartitionRow>();
  return std::optional<PartitionRow>(TRY(decode_partition(*row)));
}

Result<std::vector<StagedRow>> Reader::staged(std::string_view id) const {
  std::vector<StagedRow> rows;
  TRY(each(keys::staged(id), [&](std::string_view row) -> Result<void> {
    rows.push_back(TRY(decode_staged(row)));
    return {};
  }));
  return rows;
}

Result<std::vector<HistoryRow>> Reader::history(const PartitionName& name) const {
  std::vector<HistoryRow> rows;
  TRY(each(keys::history(name.database, name.table, name.values), [&](std::string_view row) -> Result<void> {
    rows.push_back(TRY(decode_history(row)));
    return {};
  }));
  return rows;
}

Result<std::optional<Publication>> Reader::publication(std::string_view id) const {
  const auto sequence = TRY(get(keys::publication_id(id)));
  if (!sequence) return std::optional<Publication>();
  const uint64_t number = TRY(kv::KeyReader(*sequence).u64());
  const auto row = TRY(get(keys::publication(number)));
  if (!row) return corrupt(fmt::format("publication {} of '{}' is missing", number, id));
  return std::optional<Publication>(TRY(decode_publication(*row)));
}

Result<uint64_t> Reader::last_sequence() const {
  uint64_t last = 0;
  TRY(each_backward(keys::publications(), [&](std::string_view row) -> Result<bool> {
    last = TRY(decode_publication(row)).sequence;
    return false;
  }));
  return last;
}

Result<Partition> Reader::resolve(PartitionRow row) {
  auto known = columns_.find(row.columns_hash);
  if (known == columns_.end()) {
    const auto stored = TRY(get(keys::columns(row.columns_hash)));
    if (!stored) return corrupt(fmt::format("the columns of the partition at {} are missing", row.partition.location));
    known = columns_.emplace(row.columns_hash, ColumnList(TRY(decode_columns(*stored)))).first;
  }
  row.partition.columns = known->second;
  return std::move(row.partition);
}

}  // namespace caudal::catalog
