// SPDX-License-Identifier: Apache-2.0
// Threads that run handlers, and the bounded queue before them. The thread that went idle last is woken first, and
// threads wake each other one by one while there is work: a burst of short jobs does not wake them all, and long
// jobs get as many threads as there are.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "base/thread_annotations.h"

namespace caudal::http {

class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  WorkerPool(unsigned threads, size_t queue_limit);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Runs what is queued, then ends.
  ~WorkerPool() CAUDAL_EXCLUDES(mutex_);

  // Queues the first of `jobs`, as many as there is room for; the others are left as they are. How many that was.
  // Thread-safe. Jobs must not throw.
  size_t submit(std::span<Job> jobs) CAUDAL_EXCLUDES(mutex_);

  // Runs `job` before all that is queued, however much that is. Thread-safe; not once the pool is being destroyed.
  void run_next(Job job) CAUDAL_EXCLUDES(mutex_);

  struct Load {
    size_t queued = 0;
    size_t busy = 0;
  };
  Load load() const CAUDAL_EXCLUDES(mutex_);

 private:
  struct Worker {
    std::condition_variable wakeup;
    bool woken = false;
    std::thread thread;
  };
  void run(Worker& self) CAUDAL_EXCLUDES(mutex_);
  // Until woken.
  void sleep(Worker& self) CAUDAL_REQUIRES(mutex_);
  // The idle thread to notify, if one should be woken for the queue as it is.
  Worker* wake_one() CAUDAL_REQUIRES(mutex_);

  const size_t queue_limit_;
  mutable Mutex mutex_;
  std::deque<Job> queue_ CAUDAL_GUARDED_BY(mutex_);
  std::vector<Worker*> idle_ CAUDAL_GUARDED_BY(mutex_);
  bool waking_ CAUDAL_GUARDED_BY(mutex_) = false;  // a woken thread is on its way to the queue
  bool stopping_ CAUDAL_GUARDED_BY(mutex_) = false;
  size_t busy_ CAUDAL_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Worker>> workers_;
};

// Keeps SIGPIPE from the calling thread for good: a client that is gone is an error of the call that finds out.
void block_sigpipe();

}  // namespace caudal::http
