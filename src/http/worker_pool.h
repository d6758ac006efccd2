// SPDX-License-Identifier: Apache-2.0
// Threads that run handlers, and the bounded queue before them. The thread that went idle last is woken first, and
// threads wake each other one by one while there is work, at once up to about as many as there are cores: more would
// only take the cores and their caches from each other, if none of them blocks. Whether they do shows in a queue that
// hardly moves: then a thread that watches it joins in, and another watches. So short jobs are run by few threads, and
// jobs that block get as many as there are within moments. A job that waits for somebody slow says so, and
// another thread takes its place meanwhile.
#pragma once

#include <condition_variable>
#include <cstddef>
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

  struct Limits {
    unsigned threads = 1;
    size_t queued = 0;
    unsigned prompt_threads = 0;  // so many are woken at once; 0: one more than there are cores
    unsigned spare_threads = 0;   // made when they are needed, in the place of jobs that wait
  };
  explicit WorkerPool(const Limits& limits);
  WorkerPool(unsigned threads, size_t queue_limit, unsigned prompt_threads = 0)
      : WorkerPool(Limits{.threads = threads, .queued = queue_limit, .prompt_threads = prompt_threads}) {}
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Runs what is queued, then ends.
  ~WorkerPool() CAUDAL_EXCLUDES(mutex_);

  // Queues the first of `jobs`, as many as there is room for; the others are left as they are. How many that was.
  // Thread-safe. Jobs must not throw.
  size_t submit(std::span<Job> jobs) CAUDAL_EXCLUDES(mutex_);

  // Runs `job` before all that was submitted, however much that is, and after those that were handed in here before.
  // Thread-safe; not once the pool is being destroyed.
  void run_next(Job job) CAUDAL_EXCLUDES(mutex_);

  // Around what a job waits for that may take long and needs no core: a client. Thread-safe; does not wait itself, so
  // that for moments more jobs may be at work than there are threads.
  void begin_wait() CAUDAL_EXCLUDES(mutex_);
  void end_wait() CAUDAL_EXCLUDES(mutex_);

  struct Load {
    size_t queued = 0;
    size_t busy = 0;
  };
  Load load() const CAUDAL_EXCLUDES(mutex_);

 private:
  struct Worker {
    std::condition_variable wakeup;
    bool woken = false;
    bool watches = false;  // is woken to watch the queue, not to take a job
    bool spare = false;    // was made for the queue as it was, and has not looked at it yet
    std::thread thread;
  };
  void run(Worker& self) CAUDAL_EXCLUDES(mutex_);
  // Until woken.
  void sleep(Worker& self) CAUDAL_REQUIRES(mutex_);
  // Until there is nothing to watch, or the queue hardly moved for a while.
  void watch(Worker& self) CAUDAL_REQUIRES(mutex_);
  // The idle thread to notify, if one should be woken for the queue as it is. Where none is idle, and jobs wait, makes
  // another.
  Worker* wake_one() CAUDAL_REQUIRES(mutex_);
  void add_worker(bool spare) CAUDAL_REQUIRES(mutex_);
  // Whether another job may be begun.
  bool has_place() const CAUDAL_REQUIRES(mutex_) { return busy_ < threads_ + away_; }

  const size_t threads_;
  const size_t queue_limit_;
  const size_t prompt_threads_;
  const size_t spare_threads_;
  mutable Mutex mutex_;
  size_t waiting() const CAUDAL_REQUIRES(mutex_) { return next_.size() + queue_.size(); }
  std::deque<Job> next_ CAUDAL_GUARDED_BY(mutex_);   // of run_next()
  std::deque<Job> queue_ CAUDAL_GUARDED_BY(mutex_);  // of submit()
  std::vector<Worker*> idle_ CAUDAL_GUARDED_BY(mutex_);
  bool waking_ CAUDAL_GUARDED_BY(mutex_) = false;   // a woken thread is on its way to the queue
  bool watched_ CAUDAL_GUARDED_BY(mutex_) = false;  // a thread watches, or is on its way to
  bool stopping_ CAUDAL_GUARDED_BY(mutex_) = false;
  uint64_t taken_ CAUDAL_GUARDED_BY(mutex_) = 0;  // jobs
  size_t busy_ CAUDAL_GUARDED_BY(mutex_) = 0;
  size_t away_ CAUDAL_GUARDED_BY(mutex_) = 0;                               // of those that are busy: they wait
  std::vector<std::unique_ptr<Worker>> workers_ CAUDAL_GUARDED_BY(mutex_);  // as it is once stopping_
};

// Keeps SIGPIPE from the calling thread for good: a client that is gone is an error of the call that finds out.
void block_sigpipe();

}  // namespace caudal::http
