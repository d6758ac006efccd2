// SPDX-License-Identifier: Apache-2.0
// Reading many items that need not be of one moment: what stores offer besides Store::get_all(), where that would cost
// them a transaction.
#pragma once

#include <vector>

#include "base/result.h"
#include "items/requests.h"

namespace caudal::items {

// Thread-safe.
class BatchReads {
 public:
  virtual ~BatchReads() = default;
  // Each as it is at a moment of its own, in the order of `gets`. Once so many bytes have been read the rest is not,
  // which Got tells. Errors: those of Store.
  virtual Result<std::vector<Got>> get_each(const std::vector<Get>& gets, uint64_t most_bytes) const = 0;
};

}  // namespace caudal::items
