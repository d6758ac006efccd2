// SPDX-License-Identifier: Apache-2.0
// The names of tables that imports are filling, for who has to know at every request.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <string_view>

#include "base/thread_annotations.h"

namespace caudal::transfer {

// Thread-safe.
class ImportingTables {
 public:
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
