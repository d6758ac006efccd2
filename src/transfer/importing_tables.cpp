// SPDX-License-Identifier: Apache-2.0
#include "transfer/importing_tables.h"

#include "base/check.h"

namespace caudal::transfer {

void ImportingTables::add(const std::string& table) {
  const MutexLock lock(mutex_);
  ++tables_[table];
  ++count_;
}

void ImportingTables::remove(const std::string& table) {
  const MutexLock lock(mutex_);
  const auto found = tables_.find(table);
  CHECK(found != tables_.end(), "a table that is not being imported");
  if (--found->second == 0) tables_.erase(found);
  --count_;
}

bool ImportingTables::contains(std::string_view table) const {
  if (count_ == 0) return false;
  const MutexLock lock(mutex_);
  return tables_.contains(table);
}

}  // namespace caudal::transfer
