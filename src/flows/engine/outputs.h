// SPDX-License-Identifier: Apache-2.0
// Writing what a step made: tables in the catalog, Parquet under a folder of the run's own, partitions staged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/table.h"
#include "catalog/view.h"
#include "flows/definition/flow.h"
#include "flows/engine/run_context.h"

namespace caudal::flows::engine {

// A partition in the making: its place, and what was written so far.
struct OutputPartition {
  TableName table = {};
  std::vector<std::string> values = {};
  std::string key_prefix = {};  // "curated/tb_faturas/ano=2024/mes=01/<run>/", in the flow's bucket
  uint64_t parts = 0;
  uint64_t rows = 0;
  uint64_t bytes = 0;
};

// What a table should be. Missing databases and tables, and other columns than before, are staged: the run sees them at
// once, everybody else when it publishes. Of `publication` they are another publication's than the run's.
struct OutputTable {
  TableName name = {};
  std::string description = {};
  std::vector<catalog::Column> columns = {};
  std::vector<catalog::Column> partition_keys = {};
};
Result<catalog::Table> ensure_table(RunContext& context, const OutputTable& table);
Result<catalog::Table> ensure_table(RunContext& context, const OutputTable& table,
                                    const catalog::PublicationId& publication);

// Whether the table is there, as `view` shows it, and has any partition.
Result<bool> has_partitions(const catalog::View& view, const TableName& table);

// `part` tells apart several writings of one partition by one run (batches); its folder carries the run's id. What an
// earlier attempt left there is removed.
Result<OutputPartition> begin_partition(RunContext& context, const catalog::Table& table,
                                        std::vector<std::string> values, size_t part = 0);
// Removes every object of the bucket whose key begins so.
Result<void> remove_below(objects::Store& store, const objects::ObjectRef& prefix);
// Writes the rows of `select` as the partition's next Parquet object, in any order unless `how`
// says another. The run's stop request stops it.
Result<void> write_part(RunContext& context, queries::Session& session, OutputPartition& partition,
                        std::string_view select, queries::MaterializeOptions how = {.any_order = true});
// The same for several partitions at once, each with its next object's rows; `selects` name no temporary table.
struct PartitionRows {
  OutputPartition* partition = nullptr;
  std::string select = {};
};
Result<void> write_parts(RunContext& context, queries::Session& session, const std::vector<PartitionRows>& parts);
// The move that puts the partition to what was written; its parameters carry rows, bytes and `extra`.
catalog::PartitionMove move_to(const RunContext& context, const catalog::Table& table, const OutputPartition& partition,
                               const catalog::Parameters& extra = {});

// Hive's int partition columns ano and mes, and a month as their values: {"2024", "01"}.
std::vector<catalog::Column> month_keys();
std::vector<std::string> month_values(Month month);
// The month of such values; nullopt when they are none.
std::optional<Month> month_of_values(const std::vector<std::string>& values);

}  // namespace caudal::flows::engine
