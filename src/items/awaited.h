// SPDX-License-Identifier: Apache-2.0
// Where a thread waits for what another one answers. Inside room items only.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace caudal::items {

template <class T>
class Awaited {
 public:
  void set(T value) {
    // Told while the lock is held: who waits may take this away as soon as it has the value.
    const std::lock_guard lock(mutex_);
    value_.emplace(std::move(value));
    came_.notify_one();
  }
  T wait() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return value_.has_value(); });
    return *std::move(value_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<T> value_;
};

}  // namespace caudal::items
