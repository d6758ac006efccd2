// SPDX-License-Identifier: Apache-2.0
// What a store has done since it was opened, and what it holds now, for whoever watches over it.
#pragma once

#include <cstdint>

namespace caudal::kv {

struct StoreMetrics {
  // Since the store was opened.
  uint64_t commits = 0;         // acknowledged
  uint64_t failed_commits = 0;  // refused by the disk
  uint64_t syncs = 0;           // fsyncs of the log; many commits share one
  uint64_t log_bytes = 0;       // written to the log
  uint64_t flushed_bytes = 0;   // from memory to table files
  uint64_t compacted_bytes = 0;
  uint64_t stalled_us = 0;  // that writers were held up, because flushing or compaction did not keep pace
  uint64_t cache_hits = 0;
  uint64_t cache_misses = 0;
  // Now.
  uint64_t memtable_bytes = 0;
  uint64_t cache_bytes = 0;
  uint64_t file_bytes = 0;  // of table and blob files
  uint64_t pending_compaction_bytes = 0;
  uint64_t running_compactions = 0;
};

}  // namespace caudal::kv
