// SPDX-License-Identifier: Apache-2.0
// Batches that become one write. RocksDB joins batches only for writers that wait, each on a thread of its own. Inside
// room kv only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kv/pending_batch.h"

namespace caudal::kv {

// Used by one thread. The batches must outlive it.
class JoinedBatch {
 public:
  // Copies nothing before there is a second one, or something late.
  explicit JoinedBatch(PendingBatch& first);

  // False: it would become too much for one write.
  bool add(PendingBatch& batch);
  // All of it, with what is late computed; to be called once.
  rocksdb::WriteBatch& finish();

 private:
  struct Part {
    const PendingBatch* batch;
    size_t begin;  // where its form would begin, in that of all
  };
  size_t size_bytes() const { return bytes_.empty() ? first_.batch.GetDataSize() : bytes_.size(); }
  void copy_first();
  void complete();

  PendingBatch& first_;
  std::string bytes_;
  uint32_t count_ = 0;
  std::vector<Part> with_late_;
  std::optional<rocksdb::WriteBatch> joined_;
};

}  // namespace caudal::kv
