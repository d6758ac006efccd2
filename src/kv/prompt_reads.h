// SPDX-License-Identifier: Apache-2.0
// Reads that never wait for a disk: what neither RocksDB has in memory nor the kernel in its page cache is not read.
// RocksDB knows its own caches alone (read_tier), and a store that is larger than those is mostly in the page cache.
// Inside room kv only.
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace caudal::kv {

// While one lives that is `active`, this thread's reads of files end with Busy where they would wait.
class PromptReads {
 public:
  explicit PromptReads(bool active) : before_(is_active()) { set_active(active); }
  PromptReads(const PromptReads&) = delete;
  PromptReads& operator=(const PromptReads&) = delete;
  ~PromptReads() { set_active(before_); }
  static bool is_active();

 private:
  static void set_active(bool active);

  const bool before_;
};

// `env` whose files heed PromptReads. Must not outlive it.
std::unique_ptr<rocksdb::Env> make_prompt_env(rocksdb::Env& env);

}  // namespace caudal::kv
