// SPDX-License-Identifier: Apache-2.0
#include "http/worker_pool.h"

#include <signal.h>

#include <algorithm>
#include <system_error>

namespace caudal::http {

void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

WorkerPool::WorkerPool(const Limits& limits)
    : threads_(limits.threads),
      queue_limit_(limits.queued),
      prompt_threads_(limits.prompt_threads > 0 ? limits.prompt_threads : std::thread::hardware_concurrency() + 1),
      spare_threads_(limits.spare_threads) {
  MutexLock lock(mutex_);
  workers_.reserve(threads_);
  for (size_t n = 0; n < threads_; ++n) add_worker(false);
}

WorkerPool::~WorkerPool() {
  std::vector<std::unique_ptr<Worker>> workers;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    for (Worker* const worker : idle_) worker->woken = true;
    for (const auto& worker : workers_) worker->wakeup.notify_one();
    idle_.clear();
    workers.swap(workers_);
  }
  for (const auto& worker : workers) worker->thread.join();
}

void WorkerPool::add_worker(bool spare) {
  Worker& worker = *workers_.emplace_back(std::make_unique<Worker>());
  worker.spare = spare;
  worker.thread = std::thread([this, &worker] { run(worker); });
}

WorkerPool::Worker* WorkerPool::wake_one() {
  if (waking_ || waiting() == 0 || !has_place()) return nullptr;
  if (idle_.empty()) {
    if (stopping_ || workers_.size() >= threads_ + std::min(away_, spare_threads_)) return nullptr;
    waking_ = true;
    try {
      add_worker(true);
    } catch (const std::system_error&) {  // the machine has none to give: the job waits for those that there are
      workers_.pop_back();
      waking_ = false;
    }
    return nullptr;
  }
  const bool watches = busy_ >= prompt_threads_ + away_;
  if (watches && watched_) return nullptr;
  Worker* const worker = idle_.back();
  idle_.pop_back();
  worker->woken = true;
  worker->watches = watches;
  (watches ? watched_ : waking_) = true;
  return worker;
}

size_t WorkerPool::submit(std::span<Job> jobs) {
  Worker* to_wake = nullptr;
  size_t taken = 0;
  {
    MutexLock lock(mutex_);
    if (!stopping_) taken = std::min(jobs.size(), queue_limit_ - queue_.size());
    for (Job& job : jobs.first(taken)) queue_.push_back(std::move(job));
    to_wake = wake_one();
  }
  if (to_wake != nullptr) to_wake->wakeup.notify_one();
  return taken;
}

void WorkerPool::run_next(Job job) {
  MutexLock lock(mutex_);
  next_.push_back(std::move(job));
  // Under the lock: the caller is a thread that the pool knows nothing of, and the job may be the last one before the
  // pool ends.
  if (Worker* const to_wake = wake_one(); to_wake != nullptr) to_wake->wakeup.notify_one();
}

void WorkerPool::begin_wait() {
  Worker* to_wake = nullptr;
  {
    MutexLock lock(mutex_);
    ++away_;
    to_wake = wake_one();
  }
  if (to_wake != nullptr) to_wake->wakeup.notify_one();
}

void WorkerPool::end_wait() {
  MutexLock lock(mutex_);
  --away_;
}

WorkerPool::Load WorkerPool::load() const {
  MutexLock lock(mutex_);
  return {.queued = waiting(), .busy = busy_};
}

void WorkerPool::sleep(Worker& self) {
  idle_.push_back(&self);
  self.woken = false;
  std::unique_lock lock(mutex_.native(), std::adopt_lock);
  while (!self.woken) self.wakeup.wait(lock);
  lock.release();  // stays locked, as the caller had it
  if (!self.watches) waking_ = false;
}

void WorkerPool::watch(Worker& self) {
  // Short beside what blocks, long beside what computes.
  constexpr auto kEvery = std::chrono::microseconds(500);
  // Of what is queued, so much at least is taken meanwhile, if the threads do not block.
  constexpr size_t kShare = 4;
  while (!stopping_ && waiting() > 0) {
    const uint64_t before = taken_;
    std::unique_lock lock(mutex_.native(), std::adopt_lock);
    self.wakeup.wait_for(lock, kEvery);
    lock.release();  // as above
    if (taken_ == before || (taken_ - before) * kShare < waiting()) break;
  }
  self.watches = false;
  watched_ = false;
}

void WorkerPool::run(Worker& self) {
  block_sigpipe();
  MutexLock lock(mutex_);
  if (self.spare) waking_ = false;
  while (true) {
    // Without a place, those who have one take what waits when they are done.
    while (waiting() == 0 || !has_place()) {
      if (stopping_) return;
      sleep(self);
      if (self.watches) watch(self);
    }
    std::deque<Job>& from = next_.empty() ? queue_ : next_;
    Job job = std::move(from.front());
    from.pop_front();
    ++busy_;
    ++taken_;
    Worker* const to_wake = wake_one();
    lock.unlock();
    if (to_wake != nullptr) to_wake->wakeup.notify_one();
    job();
    job = nullptr;
    lock.lock();
    --busy_;
  }
}

}  // namespace caudal::http
