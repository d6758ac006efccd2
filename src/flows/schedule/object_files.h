// SPDX-License-Identifier: Apache-2.0
// Deliveries as objects: where the Watcher looks for them, and how the inbox's files become such.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "flows/schedule/arrivals.h"
#include "objects/store.h"

namespace caudal::schedule {

// As thread-safe as the store. `store` must outlive it.
class ObjectFiles final : public FileLister {
 public:
  explicit ObjectFiles(objects::Store& store) : store_(store) {}
  Result<std::vector<ListedFile>> list(const std::string& bucket, const std::string& prefix) override;
  // For Inbox: copies `file`, making the bucket if there is none.
  Result<void> import(const std::filesystem::path& file, const std::string& bucket, const std::string& key);

 private:
  objects::Store& store_;
};

}  // namespace caudal::schedule
