// SPDX-License-Identifier: Apache-2.0
// Tables, Parquet objects and partition moves of a run.
#include "flows/engine/outputs.h"

#include <fmt/format.h>

#include "flows/engine/curate_sql.h"

namespace caudal::flows::engine {

Result<catalog::Table> ensure_table(RunContext& context, const OutputTable& wanted) {
  return ensure_table(context, wanted, context.publication());
}

Result<catalog::Table> ensure_table(RunContext& context, const OutputTable& wanted,
                                    const catalog::PublicationId& publication) {
  catalog::Catalog& catalog = context.platform.catalog;
  const TableName& name = wanted.name;
  auto existing = catalog.with_staged(publication).table(name.database, name.table);
  if (existing && existing->columns == wanted.columns) return *std::move(existing);
  if (!existing && !existing.error().is(ErrorClass::kNotFound)) return existing.error();
  if (existing) return catalog.stage_columns(publication, name.database, name.table, wanted.columns);
  return catalog.stage_table(publication,
                             {.database = name.database,
                              .name = name.table,
                              .description = wanted.description,
                              .columns = wanted.columns,
                              .partition_keys = wanted.partition_keys,
                              .location = context.uri(name.database + "/" + name.table + "/")},
                             context.uri(name.database + "/"));
}

Result<bool> has_partitions(const catalog::View& view, const TableName& table) {
  const auto partitions = view.partitions(table.database, table.table);
  if (!partitions && partitions.error().is(ErrorClass::kNotFound)) return false;
  if (!partitions) return partitions.error();
  return !partitions->empty();
}

Result<OutputPartition> begin_partition(RunContext& context, const catalog::Table& table,
                                        std::vector<std::string> values, size_t part) {
  OutputPartition partition{.table = {table.database, table.name}, .values = std::move(values)};
  const std::string path = catalog::partition_path(table.partition_keys, partition.values);
  partition.key_prefix = fmt::format("{}/{}/{}{}{}{}/", table.database, table.name, path, path.empty() ? "" : "/",
                                     context.publication(), part == 0 ? "" : fmt::format("-{}", part));
  TRY(remove_below(context.platform.objects, {context.flow.bucket, partition.key_prefix}));
  return partition;
}

Result<void> remove_below(objects::Store& store, const objects::ObjectRef& prefix) {
  for (;;) {
    const objects::ListPage page = TRY(store.list({.bucket = prefix.bucket, .prefix = prefix.key}));
    for (const objects::ObjectInfo& object : page.objects) TRY(store.remove({prefix.bucket, object.key}));
    if (!page.next) return {};
  }
}

// Makes a file that was written the partition's next object.
static Result<void> add_part(RunContext& context, OutputPartition& partition, const std::filesystem::path& file,
                             const queries::Materialized& written) {
  const objects::ObjectRef ref{context.flow.bucket,
                               fmt::format("{}part-{}.parquet", partition.key_prefix, partition.parts)};
  TRY(context.platform.objects.put_file(
      ref, file, {.content_type = "application/vnd.apache.parquet", .small_parts = true}, objects::Adopt::kMove));
  context.observer.passed("output.written");
  partition.parts += 1;
  partition.rows += written.rows;
  partition.bytes += written.bytes;
  return {};
}

Result<void> write_part(RunContext& context, queries::Session& session, OutputPartition& partition,
                        std::string_view select, queries::MaterializeOptions how) {
  const std::filesystem::path file = session.scratch_directory() / "part.parquet";
  how.stop = context.stop;
  const queries::Materialized written = TRY(session.materialize(select, file, how));
  return add_part(context, partition, file, written);
}

Result<void> write_parts(RunContext& context, queries::Session& session, const std::vector<PartitionRows>& parts) {
  std::vector<queries::MaterializeJob> jobs;
  for (const PartitionRows& part : parts) {
    jobs.push_back({part.select, session.scratch_directory() / fmt::format("part-{}.parquet", jobs.size())});
  }
  return session.materialize_each(jobs, {.any_order = true, .stop = context.stop},
                                  [&](size_t i, const queries::Materialized& written) {
                                    return add_part(context, *parts[i].partition, jobs[i].target, written);
                                  });
}

catalog::PartitionMove move_to(const RunContext& context, const catalog::Table& table, const OutputPartition& partition,
                               const catalog::Parameters& extra) {
  catalog::Parameters parameters = extra;
  parameters["rows"] = std::to_string(partition.rows);
  parameters["bytes"] = std::to_string(partition.bytes);
  return {.database = table.database,
          .table = table.name,
          .values = partition.values,
          .target = catalog::Partition{.location = context.uri(partition.key_prefix),
                                       .columns = table.columns,
                                       .parameters = std::move(parameters)}};
}

std::vector<catalog::Column> month_keys() {
  const catalog::Type whole = catalog::Type::primitive(catalog::Type::Kind::kInt);
  return {{.name = "ano", .type = whole, .comment = "year"}, {.name = "mes", .type = whole, .comment = "month"}};
}

std::vector<std::string> month_values(Month month) {
  return {fmt::format("{:04}", static_cast<int>(month.year())),
          fmt::format("{:02}", static_cast<unsigned>(month.month()))};
}

std::optional<Month> month_of_values(const std::vector<std::string>& values) {
  if (values.size() != 2) return std::nullopt;
  auto month = parse_month(values[0] + "-" + values[1]);
  if (!month) return std::nullopt;
  return *month;
}

}  // namespace caudal::flows::engine
