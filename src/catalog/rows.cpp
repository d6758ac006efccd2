// SPDX-License-Identifier: Apache-2.0
// The codecs of the catalog's rows, over base/wire.h.
#include "catalog/rows.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/wire.h"
#include "catalog/errors.h"

namespace caudal::catalog {
namespace {

constexpr uint64_t kFormat = 1;

Result<void> read_format(WireReader& in) {
  const uint64_t format = TRY(in.varint());
  if (format == kFormat) return {};
  return Error{
      Errc::newer_format,
      fmt::format("a row of the catalog has format {}, this version reads {}; use the version of Caudal that wrote it",
                  format, kFormat)};
}

Result<std::string> read_text(WireReader& in) { return std::string(TRY(in.text())); }

void write_time(WireWriter& out, Timestamp time) { out.signed_varint(time.time_since_epoch().count()); }
Result<Timestamp> read_time(WireReader& in) { return Timestamp(std::chrono::microseconds(TRY(in.signed_varint()))); }

void write_parameters(WireWriter& out, const Parameters& parameters) {
  out.varint(parameters.size());
  for (const auto& [name, value] : parameters) out.text(name).text(value);
}

Result<Parameters> read_parameters(WireReader& in) {
  Parameters parameters;
  for (size_t left = TRY(in.count()); left > 0; --left) {
    std::string name = TRY(read_text(in));
    parameters.insert_or_assign(std::move(name), TRY(read_text(in)));
  }
  return parameters;
}

void write_columns(WireWriter& out, const std::vector<Column>& columns) {
  out.varint(columns.size());
  for (const Column& column : columns) out.text(column.name).text(column.type.to_string()).text(column.comment);
}

Result<std::vector<Column>> read_columns(WireReader& in) {
  std::vector<Column> columns;
  const size_t count = TRY(in.count());
  columns.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    Column column;
    column.name = TRY(read_text(in));
    const std::string_view type = TRY(in.text());
    column.type = TRY(Type::parse(type));
    column.comment = TRY(read_text(in));
    columns.push_back(std::move(column));
  }
  return columns;
}

void write_values(WireWriter& out, const std::vector<std::string>& values) {
  out.varint(values.size());
  for (const std::string& value : values) out.text(value);
}

Result<std::vector<std::string>> read_values(WireReader& in) {
  std::vector<std::string> values;
  for (size_t left = TRY(in.count()); left > 0; --left) values.push_back(TRY(read_text(in)));
  return values;
}

void write_name(WireWriter& out, const PartitionName& name) {
  out.text(name.database).text(name.table);
  write_values(out, name.values);
}

Result<PartitionName> read_name(WireReader& in) {
  PartitionName name;
  name.database = TRY(read_text(in));
  name.table = TRY(read_text(in));
  name.values = TRY(read_values(in));
  return name;
}

void write_partition(WireWriter& out, const PartitionRow& row) {
  write_values(out, row.partition.values);
  out.text(row.partition.location).text(row.columns_hash);
  write_parameters(out, row.partition.parameters);
  out.text(row.partition.publication);
}

Result<PartitionRow> read_partition(WireReader& in) {
  PartitionRow row;
  row.partition.values = TRY(read_values(in));
  row.partition.location = TRY(read_text(in));
  row.columns_hash = TRY(read_text(in));
  row.partition.parameters = TRY(read_parameters(in));
  row.partition.publication = TRY(read_text(in));
  return row;
}

void write_target(WireWriter& out, const std::optional<PartitionRow>& target) {
  out.boolean(target.has_value());
  if (target) write_partition(out, *target);
}

Result<std::optional<PartitionRow>> read_target(WireReader& in) {
  std::optional<PartitionRow> target;
  if (TRY(in.boolean())) target = TRY(read_partition(in));
  return target;
}

}  // namespace

std::string encode(const Database& database) {
  WireWriter out;
  out.varint(kFormat).text(database.name).text(database.description).text(database.location);
  write_parameters(out, database.parameters);
  write_time(out, database.created);
  return out.take();
}

Result<Database> decode_database(std::string_view row) {
  WireReader in(row);
  TRY(read_format(in));
  Database database;
  database.name = TRY(read_text(in));
  database.description = TRY(read_text(in));
  database.location = TRY(read_text(in));
  database.parameters = TRY(read_parameters(in));
  database.created = TRY(read_time(in));
  TRY(in.finish());
  return database;
}

std::string encode(const Table& table) {
  WireWriter out;
  out.varint(kFormat).text(table.database).text(table.name).text(table.description);
  write_columns(out, table.columns);
  write_columns(out, table.partition_keys);
  out.text(table.location).text(table.format);
  write_parameters(out, table.parameters);
  out.varint(table.version);
  write_time(out, table.created);
  write_time(out, table.updated);
  return out.take();
}

Result<Table> decode_table(std::string_view row) {
  WireReader in(row);
  TRY(read_format(in));
  Table table;
  table.database = TRY(read_text(in));
  table.name = TRY(read_text(in));
  table.description = TRY(read_text(in));
  table.columns = TRY(read_columns(in));
  table.partition_keys = TRY(read_columns(in));
  table.location = TRY(read_text(in));
  table.format = TRY(read_text(in));
  table.parameters = TRY(read_parameters(in));
  table.version = TRY(in.varint());
  table.created = TRY(read_time(in));
  table.updated = TRY(read_time(in));
  TRY(in.finish());
  return table;
}

std::string encode(const std::vector<Column>& columns) {
  WireWriter out;
  out.varint(kFormat);
  write_columns(out, columns);
  return out.take();
}

Result<std::vector<Column>> decode_columns(std::string_view row) {
  WireReader in(row);
  TRY(read_format(in));
  auto columns = TRY(read_columns(in));
  TRY(in.finish());
  return columns;
}

std::string hash_of(std::string_view encoded_columns) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(encoded_columns.data(), encoded_columns.size()));
  return {reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest};
}

std::string encode(const PartitionRow& row) {
  WireWriter out;
  out.varint(kFormat);
  write_partition(out, row);
  return out.take();
}

Result<PartitionRow> decode_partition(std::string_view row) {
  WireReader in(row);
  TRY(read_format(in));
  auto partition = TRY(read_partition(in));
  TRY(in.finish());
  return partition;
}

std::string encode(const StagedRow& row) {
  WireWriter out;
  out.varint(kFormat);
  write_name(out, row.name);
  write_target(out, row.target);
  out.text(row.based_on);
  return out.take();
}

Result<StagedRow> decode_staged(std::string_view row) {
  WireReader in(row);
  TRY(read_format(in));
  StagedRow staged;
  staged.name = TRY(read_name(in));
  staged.target = TRY(read_target(in));
  staged.based_on = TRY(read_text(in));
  TRY(in.finish());
  return staged;
}

std::string encode(const HistoryRow& row) {
  WireWriter out;
  out.varint(kFormat);
  write_name(out, row.name);
  out.text(row.publication).varint(row.sequence);
  write_time(out, row.published);
  write_target(out, row.target);
  return out.take();
}

Result<HistoryRow> decode_history(std::string_view row) {
  WireReader in(row);
  TRY(read_format(in));
  HistoryRow history;
  history.name = TRY(read_name(in));
  history.publication = TRY(read_text(in));
  history.sequence = TRY(in.varint());
  history.published = TRY(read_time(in));
  history.target = TRY(read_target(in));
  TRY(in.finish());
  return history;
}

std::string encode(const ColumnChange& change) {
  WireWriter out;
  out.varint(kFormat).text(change.database).text(change.table).varint(change.sequence).text(change.scope);
  out.varint(change.before).varint(change.after);
  return out.take();
}

Result<ColumnChange> decode_column_change(std::string_view row) {
  WireReader in(row);
  TRY(read_format(in));
  ColumnChange change;
  change.database = TRY(read_text(in));
  change.table = TRY(read_text(in));
  change.sequence = TRY(in.varint());
  change.scope = TRY(read_text(in));
  change.before = TRY(in.varint());
  change.after = TRY(in.varint());
  TRY(in.finish());
  return change;
}

std::string encode(const Publication& publication) {
  WireWriter out;
  out.varint(kFormat).text(publication.id).text(publication.scope).varint(publication.sequence);
  write_time(out, publication.published);
  out.boolean(publication.rolled_back_to.has_value()).text(publication.rolled_back_to.value_or(""));
  out.boolean(publication.restorable).varint(publication.moved.size());
  for (const PartitionName& name : publication.moved) write_name(out, name);
  return out.take();
}

Result<Publication> decode_publication(std::string_view row) {
  WireReader in(row);
  TRY(read_format(in));
  Publication publication;
  publication.id = TRY(read_text(in));
  publication.scope = TRY(read_text(in));
  publication.sequence = TRY(in.varint());
  publication.published = TRY(read_time(in));
  const bool rollback = TRY(in.boolean());
  std::string target = TRY(read_text(in));
  if (rollback) publication.rolled_back_to = std::move(target);
  publication.restorable = TRY(in.boolean());
  for (size_t left = TRY(in.count()); left > 0; --left) publication.moved.push_back(TRY(read_name(in)));
  TRY(in.finish());
  return publication;
}

}  // namespace caudal::catalog
