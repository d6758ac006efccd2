// SPDX-License-Identifier: Apache-2.0
// What a batch holds: writes in RocksDB's form, and which of their bytes are computed late. Inside room kv only.
#pragma once

#include <rocksdb/write_batch.h>

#include <string>
#include <vector>

#include "kv/late.h"

namespace caudal::kv {

struct PendingBatch {
  struct LateBytes {
    Late* late;
    size_t at;  // of the first, in the form
  };
  rocksdb::WriteBatch batch{};
  std::vector<LateBytes> late = {};

  // Puts what was computed in its place; `form` holds this batch's from `begin` on.
  void complete(std::string& form, size_t begin) const {
    for (const LateBytes& bytes : late) {
      const std::string_view computed = bytes.late->bytes();
      form.replace(begin + bytes.at, computed.size(), computed);
    }
  }
};

}  // namespace caudal::kv
