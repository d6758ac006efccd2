// SPDX-License-Identifier: Apache-2.0
// What a store has written beside its rows, for whoever watches over it.
#pragma once

#include <cstdint>

namespace caudal::objects {

// Since the store was opened.
struct BlobMetrics {
  uint64_t blobs = 0;  // written or adopted, with their names on disk
  uint64_t bytes = 0;  // written into blobs
  uint64_t syncs = 0;  // of files and folders
};

}  // namespace caudal::objects
