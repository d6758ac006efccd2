// SPDX-License-Identifier: Apache-2.0
// The machine's own clock. Waits poll the wall clock, so that a clock step does not strand a sleeper.
#include "base/clock.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace caudal {

Timestamp SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

bool SystemClock::wait_until(Timestamp deadline, std::stop_token stop) {
  constexpr std::chrono::microseconds kLongestNap = std::chrono::seconds(1);
  std::mutex mutex;
  std::condition_variable_any wakeup;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    const auto left = deadline - now();
    if (left <= std::chrono::microseconds::zero()) return true;
    wakeup.wait_for(lock, stop, std::min<std::chrono::microseconds>(left, kLongestNap), [] { return false; });
  }
  return false;
}

}  // namespace caudal
