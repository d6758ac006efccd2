// SPDX-License-Identifier: Apache-2.0
// Digests of a stream on a thread of their own, so that hashing and writing overlap. Inside room objects only.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "objects/checksum.h"

namespace caudal::objects {

// A piece of a stream. Whoever writes it and whoever hashes it only read it; the last one to let go frees it.
using Chunk = std::shared_ptr<const std::string>;  // shared: by the writing and the hashing thread

// Used by one thread. The destructor abandons what was not hashed.
class HashingThread {
 public:
  explicit HashingThread(Digester digester);
  ~HashingThread();
  HashingThread(const HashingThread&) = delete;
  HashingThread& operator=(const HashingThread&) = delete;
  // Blocks while `kQueueLimit` chunks are waiting.
  void add(Chunk chunk);
  Digests finish();

  static constexpr size_t kQueueLimit = 4;

 private:
  void run(const std::stop_token& stop);
  Digester digester_;  // of the thread until it is joined
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Chunk> waiting_;  // with done_, guarded by mutex_
  bool done_ = false;
  std::jthread thread_;
};

}  // namespace caudal::objects
