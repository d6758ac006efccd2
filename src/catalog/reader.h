// SPDX-License-Identifier: Apache-2.0
// Reads rows of the catalog, of one snapshot or of now. For the catalog's own use: View is what others read with.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"
#include "kv/store.h"

namespace caudal::catalog {

// Not thread-safe (it remembers column lists); made for one call.
class Reader {
 public:
  // Without a snapshot it reads the newest state: for writers, which hold Catalog::writing_.
  Reader(const kv::Store& store, kv::Family family, const kv::Snapshot* snapshot = nullptr)
      : store_(store), family_(family), snapshot_(snapshot) {}

  Result<std::optional<std::string>> get(std::string_view key) const { return store_.get(family_, key, snapshot_); }
  // Calls `visit` with each row whose key starts with `prefix`, in order of key, until it fails.
  Result<void> each(std::string_view prefix, const std::function<Result<void>(std::string_view value)>& visit) const;
  // As `each`, backwards, until `visit` answers false.
  Result<void> each_backward(std::string_view prefix,
                             const std::function<Result<bool>(std::string_view value)>& visit) const;
  Result<std::vector<std::string>> keys(std::string_view prefix) const;

  // Names already in lower case. Errc::not_found with the nearest names.
  Result<Database> database(std::string_view name) const;
  Result<Table> table(std::string_view database, std::string_view name) const;
  Result<std::optional<Table>> find_table(std::string_view database, std::string_view name) const;
  // The same as `id` is to make them: tables and databases that it brings, and columns that it changes.
  Result<Database> database_with_staged(std::string_view id, std::string_view name) const;
  Result<Table> table_with_staged(std::string_view id, std::string_view database, std::string_view name) const;

  Result<std::optional<PartitionRow>> live(const PartitionName& name) const;
  Result<std::vector<StagedRow>> staged(std::string_view id) const;
  // In order of sequence.
  Result<std::vector<HistoryRow>> history(const PartitionName& name) const;
  Result<std::optional<Publication>> publication(std::string_view id) const;
  // Of the last publication; 0 when there is none.
  Result<uint64_t> last_sequence() const;

  // The partition with its columns.
  Result<Partition> resolve(PartitionRow row);

 private:
  Error no_database(std::string_view name) const;
  Error no_table(std::string_view database, std::string_view name) const;

  const kv::Store& store_;
  kv::Family family_;
  const kv::Snapshot* snapshot_;
  std::map<std::string, ColumnList> columns_;  // by hash
};

}  // namespace caudal::catalog
