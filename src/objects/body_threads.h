// SPDX-License-Identifier: Apache-2.0
// What large bodies share while they come in: a few threads for what is done beside receiving, and the buffers that the
// bytes pass through. Bounds both, however many bodies there are. Inside room objects only.
#pragma once

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/thread_annotations.h"
#include "objects/md5_group.h"

namespace caudal::objects {

inline constexpr size_t kBufferBytes = size_t{1} << 20;

struct FreeBuffer {
  void operator()(char* buffer) const { std::free(buffer); }
};
// Aligned so that a disk can take it as it is.
using Buffer = std::unique_ptr<char, FreeBuffer>;
Buffer new_buffer(size_t size_bytes = kBufferBytes);

// Thread-safe. Threads start when they are first needed.
class BodyThreads {
 public:
  using Job = std::move_only_function<void()>;

  explicit BodyThreads(size_t most_threads = kMostThreads, size_t most_buffers = kMostBuffers);
  BodyThreads(const BodyThreads&) = delete;
  BodyThreads& operator=(const BodyThreads&) = delete;
  // No job may be left.
  ~BodyThreads() CAUDAL_EXCLUDES(mutex_);

  // Jobs run in order, each on any thread. They must not throw, nor wait for jobs behind them.
  void submit(Job job) CAUDAL_EXCLUDES(mutex_);

  Md5Group& md5() { return md5_; }

  // One that was used before if there is one: fresh memory would cost as much as writing it to a file.
  Buffer take_buffer() CAUDAL_EXCLUDES(mutex_);
  // Nothing when `most_buffers` are in use: whoever has one already makes do with it.
  Buffer take_another_buffer() CAUDAL_EXCLUDES(mutex_);
  void give_back(Buffer buffer) CAUDAL_EXCLUDES(mutex_);

  // The most buffers that were ever in use at once.
  size_t peak_buffers() const CAUDAL_EXCLUDES(mutex_);

  // Most of them wait: for the disk, or for who hashes for them.
  static constexpr size_t kMostThreads = 24;
  static constexpr size_t kMostBuffers = 24;
  static constexpr size_t kMostIdleBuffers = 8;

 private:
  void run() CAUDAL_EXCLUDES(mutex_);
  Buffer take() CAUDAL_REQUIRES(mutex_);

  Md5Group md5_;
  const size_t most_threads_;
  const size_t most_buffers_;
  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Job> jobs_ CAUDAL_GUARDED_BY(mutex_);
  std::vector<Buffer> idle_buffers_ CAUDAL_GUARDED_BY(mutex_);
  size_t used_buffers_ CAUDAL_GUARDED_BY(mutex_) = 0;
  size_t peak_buffers_ CAUDAL_GUARDED_BY(mutex_) = 0;
  size_t idle_threads_ CAUDAL_GUARDED_BY(mutex_) = 0;
  bool ending_ CAUDAL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::objects
