// SPDX-License-Identifier: Apache-2.0
// Digests of a stream on a thread of their own, so that hashing and writing overlap. Inside room objects only.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "base/checksum.h"

namespace caudal::objects {

// A piece of a stream: the first `size_bytes` of a buffer that is used again and again, since fresh memory would cost
// as much as writing it to a file.
struct Chunk {
  std::vector<char> buffer;
  size_t size_bytes = 0;
  std::string_view bytes() const { return {buffer.data(), size_bytes}; }
};

// Used by one thread. The destructor abandons what was not hashed.
class HashingThread {
 public:
  explicit HashingThread(Digester digester);
  ~HashingThread();
  HashingThread(const HashingThread&) = delete;
  HashingThread& operator=(const HashingThread&) = delete;
  // Hands `chunk` over to be hashed; blocks while `kQueueLimit` are waiting. Its bytes stay readable, at the same
  // place, until the next call of take_buffer().
  std::string_view add(Chunk chunk);
  // A buffer for the next chunk, one that has been hashed if there is any.
  std::vector<char> take_buffer();
  Digests finish();

  static constexpr size_t kQueueLimit = 4;

 private:
  void run(const std::stop_token& stop);
  Digester digester_;  // of the thread until it is joined
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Chunk> waiting_;              // with what follows, guarded by mutex_
  std::vector<std::vector<char>> hashed_;  // buffers to use again
  bool done_ = false;
  std::jthread thread_;
};

}  // namespace caudal::objects
