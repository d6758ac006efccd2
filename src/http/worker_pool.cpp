// SPDX-License-Identifier: Apache-2.0
#include "http/worker_pool.h"

#include <signal.h>

#include <algorithm>

namespace caudal::http {

void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

WorkerPool::WorkerPool(unsigned threads, size_t queue_limit) : queue_limit_(queue_limit) {
  workers_.reserve(threads);
  for (unsigned n = 0; n < threads; ++n) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>());
    worker.thread = std::thread([this, &worker] { run(worker); });
  }
}

WorkerPool::~WorkerPool() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    for (Worker* const worker : idle_) {
      worker->woken = true;
      worker->wakeup.notify_one();
    }
    idle_.clear();
  }
  for (const auto& worker : workers_) worker->thread.join();
}

WorkerPool::Worker* WorkerPool::wake_one() {
  if (waking_ || queue_.empty() || idle_.empty()) return nullptr;
  Worker* const worker = idle_.back();
  idle_.pop_back();
  worker->woken = true;
  waking_ = true;
  return worker;
}

size_t WorkerPool::submit(std::span<Job> jobs) {
  Worker* to_wake = nullptr;
  size_t taken = 0;
  {
    MutexLock lock(mutex_);
    if (!stopping_) taken = std::min(jobs.size(), queue_limit_ - std::min(queue_limit_, queue_.size()));
    for (Job& job : jobs.first(taken)) queue_.push_back(std::move(job));
    to_wake = wake_one();
  }
  if (to_wake != nullptr) to_wake->wakeup.notify_one();
  return taken;
}

void WorkerPool::run_next(Job job) {
  Worker* to_wake = nullptr;
  {
    MutexLock lock(mutex_);
    queue_.push_front(std::move(job));
    to_wake = wake_one();
  }
  if (to_wake != nullptr) to_wake->wakeup.notify_one();
}

WorkerPool::Load WorkerPool::load() const {
  MutexLock lock(mutex_);
  return {.queued = queue_.size(), .busy = busy_};
}

void WorkerPool::sleep(Worker& self) {
  idle_.push_back(&self);
  self.woken = false;
  std::unique_lock lock(mutex_.native(), std::adopt_lock);
  while (!self.woken) self.wakeup.wait(lock);
  lock.release();  // stays locked, as the caller had it
  waking_ = false;
}

void WorkerPool::run(Worker& self) {
  block_sigpipe();
  MutexLock lock(mutex_);
  while (true) {
    while (queue_.empty()) {
      if (stopping_) return;
      sleep(self);
    }
    Job job = std::move(queue_.front());
    queue_.pop_front();
    ++busy_;
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
