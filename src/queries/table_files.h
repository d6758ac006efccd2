// SPDX-License-Identifier: Apache-2.0
// Makes a table's Parquet objects readable by DuckDB: one folder of links, laid out and named as Hive would.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/table.h"
#include "objects/store.h"

namespace caudal::queries {

// Files of the partitions that have the same columns.
struct FileGroup {
  catalog::ColumnList columns;
  std::vector<std::filesystem::path> files;
};

// Links every object below the partitions' locations into `folder` (made here, must not exist):
// ano=2024/mes=01/0.parquet. Hidden objects, whose last part begins with "_" or ".", and empty folder markers are left
// out. Groups come in the order in which their first partition does.
Result<std::vector<FileGroup>> link_table_files(objects::Store& objects, const catalog::Table& table,
                                                const std::vector<catalog::Partition>& partitions,
                                                const std::filesystem::path& folder);

}  // namespace caudal::queries
