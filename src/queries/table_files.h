// SPDX-License-Identifier: Apache-2.0
// Makes a table's Parquet objects readable by DuckDB: one folder of links, laid out and named as Hive would.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/table.h"
#include "objects/store.h"
#include "queries/link_folders.h"

namespace caudal::queries {

// Files of the partitions that have the same columns.
struct FileGroup {
  catalog::ColumnList columns;
  std::vector<std::filesystem::path> files;
};

// The links to a table's objects, of one session. Not thread-safe.
class TableFiles {
 public:
  // Links every object below the partitions' locations into `folder` (made here, must not exist):
  // ano=2024/mes=01/0.parquet. Hidden objects, whose last part begins with "_" or ".", and empty folder markers are
  // left out. `folders` must outlive what is returned.
  static Result<std::unique_ptr<TableFiles>> link(objects::Store& objects, const catalog::Table& table,
                                                  const std::vector<catalog::Partition>& partitions,
                                                  LinkFolders& folders, std::filesystem::path folder);
  // Removes the links, and gives the folder back.
  ~TableFiles();
  TableFiles(const TableFiles&) = delete;
  TableFiles& operator=(const TableFiles&) = delete;

  // In the order in which the first partition of each comes.
  const std::vector<FileGroup>& groups() const { return groups_; }

 private:
  TableFiles(std::string name, LinkFolders& folders, std::filesystem::path folder)
      : name_(std::move(name)), folders_(folders), folder_(std::move(folder)) {}
  Result<void> link_partition(objects::Store& objects, const catalog::Table& table,
                              const catalog::Partition& partition);

  const std::string name_;
  LinkFolders& folders_;
  const std::filesystem::path folder_;
  std::vector<FileGroup> groups_;
  bool is_whole_ = false;  // groups_ name every file of the folder
};

}  // namespace caudal::queries
