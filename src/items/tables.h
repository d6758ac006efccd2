// SPDX-License-Identifier: Apache-2.0
// The tables that there are, in memory: as on disk, since only what has been written is put here; but one that is being
// removed goes from here first. Inside room items only.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/rows.h"

namespace caudal::items {

// As it is at one moment: a change makes another.
struct Table {
  TableRow row;
  const TableDefinition& definition() const { return row.info.definition; }
  Space space() const { return row.space; }
  // Its place in the definition. An error: no_such_index.
  Result<size_t> find_index(std::string_view name) const;
};
// Shared by the requests that use it while it is changed.
using TablePtr = std::shared_ptr<const Table>;

Error no_such_table(std::string_view name);

// Thread-safe.
class Tables {
 public:
  Result<void> load(const kv::Store& kv, const Families& families);
  // nullptr when there is none.
  TablePtr find(std::string_view name) const;
  // An error: no_such_table.
  Result<TablePtr> require(std::string_view name) const;
  void set(TablePtr table);
  void erase(std::string_view name);
  std::vector<std::string> names(const std::string& after, size_t limit) const;
  std::vector<TablePtr> all() const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, TablePtr, std::less<>> tables_;  // guarded by mutex_
};

}  // namespace caudal::items
