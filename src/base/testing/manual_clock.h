// SPDX-License-Identifier: Apache-2.0
// A clock that stands still until a test moves it.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.h"

namespace caudal {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}
  Timestamp now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  bool wait_until(Timestamp deadline, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    return moved_.wait(lock, stop, [&] { return now_ >= deadline; });
  }
  void set(Timestamp now) {
    {
      std::lock_guard lock(mutex_);
      now_ = now;
    }
    moved_.notify_all();
  }
  void advance(std::chrono::microseconds by) { set(now() + by); }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any moved_;
  Timestamp now_;
};

}  // namespace caudal
