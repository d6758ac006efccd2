// SPDX-License-Identifier: Apache-2.0
// Uploads in parts that were begun and never completed: they stay until somebody gives them up, or a lifecycle rule
// does, and their parts take room that no listing of objects shows.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/cli/command.h"
#include "objects/store.h"

namespace caudal::app {

// What `caudal doctor` calls old.
inline constexpr auto kOldUpload = std::chrono::days(7);

struct OpenUpload {
  std::string bucket;
  objects::UploadInfo info;
  uint64_t parts = 0;
  uint64_t size_bytes = 0;  // of its parts
};

// Those of one bucket, or of all when `bucket` is empty, to keys that begin with `prefix`, and begun before `before`.
Result<std::vector<OpenUpload>> open_uploads(const objects::Store& store, const std::string& bucket,
                                             const std::string& prefix, Timestamp before);

Command objects_uploads_command();

}  // namespace caudal::app
