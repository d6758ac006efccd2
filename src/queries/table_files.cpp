// SPDX-License-Identifier: Apache-2.0
// Lists and links the objects of partitions.
#include "queries/table_files.h"

#include <fmt/format.h>

#include "base/file.h"

namespace caudal::queries {
namespace {

bool is_hidden(std::string_view key) {
  const size_t slash = key.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? key : key.substr(slash + 1);
  return name.empty() || name.starts_with('_') || name.starts_with('.');
}

FileGroup& group_of(std::vector<FileGroup>& groups, const catalog::ColumnList& columns) {
  for (FileGroup& group : groups) {
    if (group.columns == columns) return group;
  }
  return groups.emplace_back(FileGroup{columns, {}});
}

// Links the objects below `location` as 0.parquet, 1.parquet, ... of `folder`.
Result<void> link_location(objects::Store& objects, const std::string& location, const std::filesystem::path& folder,
                           std::vector<std::filesystem::path>& files) {
  const objects::ObjectRef prefix = TRY(objects::parse_s3_prefix(location));
  objects::ListRequest request{.bucket = prefix.bucket, .prefix = prefix.key};
  if (!request.prefix.empty() && !request.prefix.ends_with('/')) request.prefix += '/';
  size_t number = 0;
  do {
    objects::ListPage page = TRY(objects.list(request));
    for (const objects::ObjectInfo& object : page.objects) {
      if (is_hidden(object.key)) continue;
      if (number == 0) TRY(caudal::create_directories(folder));
      std::filesystem::path target = folder / fmt::format("{}.parquet", number++);
      const Result<objects::ObjectInfo> linked = objects.link_to({prefix.bucket, object.key}, target);
      if (!linked) return linked.error();
      files.push_back(std::move(target));
    }
    request.continuation = std::move(page.next);
  } while (request.continuation.has_value());
  return {};
}

}  // namespace

Result<std::unique_ptr<TableFiles>> TableFiles::link(objects::Store& objects, const catalog::Table& table,
                                                     const std::vector<catalog::Partition>& partitions,
                                                     LinkFolders& folders, std::filesystem::path folder) {
  std::unique_ptr<TableFiles> files(
      new TableFiles(fmt::format("{}.{}", table.database, table.name), folders, std::move(folder)));
  TRY(folders.take(files->name_, files->folder_));
  for (const catalog::Partition& partition : partitions) {
    Result<void> linked = files->link_partition(objects, table, partition);
    if (!linked)
      return std::move(linked).error().with_context(fmt::format(
          "reading partition {} of {} at {}", catalog::partition_path(table.partition_keys, partition.values),
          files->name_, partition.location));
  }
  files->is_whole_ = true;
  std::erase_if(files->groups_, [](const FileGroup& group) { return group.files.empty(); });
  return files;
}

Result<void> TableFiles::link_partition(objects::Store& objects, const catalog::Table& table,
                                        const catalog::Partition& partition) {
  const std::string path = catalog::partition_path(table.partition_keys, partition.values);
  return link_location(objects, partition.location, folder_ / path, group_of(groups_, partition.columns).files);
}

TableFiles::~TableFiles() {
  bool empty = is_whole_;
  for (const FileGroup& group : groups_) {
    for (const std::filesystem::path& file : group.files) empty = caudal::remove_file(file).has_value() && empty;
  }
  // What is not given back is removed with the session's folder.
  if (empty) folders_.give_back(name_, folder_);
}

}  // namespace caudal::queries
