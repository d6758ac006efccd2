// SPDX-License-Identifier: Apache-2.0
// Items worked on by several threads, and their outcomes taken by one thread in the items' order, as if one after the
// other: files that are copied, or written, side by side.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/result.h"

namespace caudal {

// Outcomes that wait to be taken are at most as many as the threads, and one. All methods are for the thread that made
// it. What the workers borrow must outlive it.
template <class T>
class OrderedWork {
 public:
  // What one thread does with the item of that number. `halt` is asked to stop when nobody waits for outcomes any more.
  using Worker = std::function<Result<T>(size_t item, const std::stop_token& halt)>;

  // One thread for each worker.
  OrderedWork(size_t items, std::vector<Worker> workers) : outcomes_(items), threads_wanted_(workers.size()) {
    for (Worker& worker : workers) {
      threads_.emplace_back([this, own = std::move(worker)] { work(own); });
    }
  }
  ~OrderedWork() { finish(); }
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  // The next item's outcome; blocks until it is there. Called at most once for each item.
  Result<T> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return outcomes_[taken_].has_value(); });
    Result<T> outcome = *std::move(outcomes_[taken_]);
    outcomes_[taken_++].reset();
    changed_.notify_all();
    return outcome;
  }

  // Halts the workers, waits for them, and answers what was done but not taken, by item. Nothing is taken afterwards.
  std::vector<std::optional<Result<T>>> finish() {
    halt_.request_stop();
    {
      const std::lock_guard lock(mutex_);
      halted_ = true;
    }
    changed_.notify_all();
    threads_.clear();  // joins
    return std::move(outcomes_);
  }

 private:
  void work(const Worker& worker) {
    const std::stop_token halt = halt_.get_token();
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return halted_ || next_ >= outcomes_.size() || next_ <= taken_ + threads_wanted_; });
      if (halted_ || next_ >= outcomes_.size()) return;
      const size_t item = next_++;
      lock.unlock();
      Result<T> outcome = worker(item, halt);
      lock.lock();
      outcomes_[item] = std::move(outcome);
      changed_.notify_all();
    }
  }

  std::mutex mutex_;  // guards outcomes_, next_, taken_, halted_ while there are threads
  std::condition_variable changed_;
  std::vector<std::optional<Result<T>>> outcomes_;
  size_t next_ = 0;   // the first item that nobody has begun
  size_t taken_ = 0;  // items whose outcome was taken
  bool halted_ = false;
  const size_t threads_wanted_;
  std::stop_source halt_;
  std::vector<std::jthread> threads_;
};

}  // namespace caudal
