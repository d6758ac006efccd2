// SPDX-License-Identifier: Apache-2.0
// The names of tables that imports are filling, for who has to know at every request: what others wrote to such a table
// could be put again as it was in the file, by an import that goes on after the process ended.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/thread_annotations.h"
#include "kv/store.h"

namespace caudal::transfer {

// Thread-safe.
class ImportingTables {
 public:
  // Of the imports that were begun in this store and are not done yet: they go on when Jobs is opened.
  static Result<std::unique_ptr<ImportingTables>> open(kv::Store& kv);

  // As often as it is added it must be removed.
  void add(const std::string& table);
  void remove(const std::string& table);
  bool contains(std::string_view table) const;

 private:
  std::atomic<size_t> count_ = 0;  // so that without any nothing is locked
  mutable Mutex mutex_;
  std::map<std::string, size_t, std::less<>> tables_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::transfer
