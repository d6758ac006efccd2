// SPDX-License-Identifier: Apache-2.0
// The streams that there are, in memory: as on disk, since only what has been written is put here. Inside room items
// only.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <vector>

#include "items/stream_rows.h"

namespace caudal::items {

// As it is at one moment: a change makes another. Shared by the requests that use it meanwhile.
using StreamPtr = std::shared_ptr<const StreamRow>;

// Thread-safe.
class StreamList {
 public:
  Result<void> load(const kv::Store& kv, const Families& families);
  // nullptr when there is none.
  StreamPtr find(const StreamName& name) const;
  void set(StreamPtr stream);
  void erase(const StreamName& name);
  // In order of name.
  std::vector<StreamPtr> all() const;
  // Of one table, oldest first.
  std::vector<StreamPtr> of(const std::string& table) const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<StreamName, StreamPtr> streams_;  // guarded by mutex_
};

}  // namespace caudal::items
