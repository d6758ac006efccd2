// SPDX-License-Identifier: Apache-2.0
#include "payments/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/thread_annotations.h"

namespace caudal::payments {
namespace {

class FirstError {
 public:
  void set(Error error) CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (outcome_) outcome_ = std::move(error);
    is_set_ = true;
  }
  bool is_set() const { return is_set_; }
  Result<void> take() CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return std::move(outcome_);
  }

 private:
  Mutex mutex_;
  Result<void> outcome_ CAUDAL_GUARDED_BY(mutex_);
  std::atomic<bool> is_set_ = false;
};

}  // namespace

Result<void> for_each_parallel(size_t count, unsigned threads, const std::function<Result<void>(size_t)>& work) {
  if (threads <= 1 || count <= 1) {
    for (size_t n = 0; n < count; ++n) TRY(work(n));
    return {};
  }
  FirstError error;
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t n = next++; n < count && !error.is_set(); n = next++) {
      auto done = work(n);
      if (!done) error.set(std::move(done).error());
    }
  };
  {
    std::vector<std::jthread> all;
    for (size_t n = 0; n < std::min<size_t>(threads, count); ++n) all.emplace_back(run);
  }
  return error.take();
}

Tasks::Tasks(unsigned threads) : most_waiting_(2 * size_t{threads}) {
  if (threads <= 1) return;
  for (unsigned n = 0; n < threads; ++n) threads_.emplace_back([this] { run(); });
}

Tasks::~Tasks() {
  {
    const MutexLock lock(mutex_);
    is_ended_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  threads_.clear();
}

Result<void> Tasks::add(Task task) {
  if (threads_.empty()) return task();
  {
    MutexLock lock(mutex_);
    while (waiting_.size() >= most_waiting_ && !error_) changed_.wait(lock);
    if (error_) return *error_;
    waiting_.push_back(std::move(task));
  }
  changed_.notify_all();
  return {};
}

Result<void> Tasks::finish() {
  MutexLock lock(mutex_);
  while (under_way_ > 0 || (!waiting_.empty() && !error_)) changed_.wait(lock);
  if (error_) return *error_;
  return {};
}

void Tasks::run() {
  MutexLock lock(mutex_);
  for (;;) {
    while (!is_ended_ && (waiting_.empty() || error_)) changed_.wait(lock);
    if (is_ended_) return;
    Task task = std::move(waiting_.front());
    waiting_.pop_front();
    ++under_way_;
    lock.unlock();
    auto done = task();
    lock.lock();
    --under_way_;
    if (!done && !error_) error_ = std::move(done).error();
    changed_.notify_all();
  }
}

}  // namespace caudal::payments
