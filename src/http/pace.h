// SPDX-License-Identifier: Apache-2.0
// How fast a client moves bytes while somebody waits for it. Time in which nobody waits for the client does not count
// against it, so that a slow handler, or a pause between two reads, makes no client slow.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace caudal::http {

class Pace {
 public:
  // By the thread that moves bytes.
  void moved(uint64_t size_bytes) { bytes_.fetch_add(size_bytes, std::memory_order_relaxed); }
  void begin_wait(Timestamp now) { waiting_since_.store(micros(now), std::memory_order_relaxed); }
  void end_wait(Timestamp now) {
    const int64_t since = waiting_since_.exchange(0, std::memory_order_relaxed);
    waited_us_.fetch_add(micros(now) - since, std::memory_order_relaxed);
  }

  // By the thread that watches. A new request begins with a clean slate.
  void restart() {
    seen_bytes_ = bytes_.load(std::memory_order_relaxed);
    seen_waited_us_ = waited_us_.load(std::memory_order_relaxed);
  }
  // Whether, over at least `window` of waiting since the last time this was looked at, the client moved fewer than
  // `min_bytes_per_second`.
  bool too_slow(Timestamp now, uint64_t min_bytes_per_second, std::chrono::milliseconds window) {
    const int64_t since = waiting_since_.load(std::memory_order_relaxed);
    const int64_t waited = waited_us_.load(std::memory_order_relaxed) - seen_waited_us_;
    const int64_t all_us = waited + (since == 0 ? 0 : micros(now) - since);
    if (all_us < std::chrono::microseconds(window).count()) return false;
    const double bytes = static_cast<double>(bytes_.load(std::memory_order_relaxed) - seen_bytes_);
    if (bytes < static_cast<double>(min_bytes_per_second) * static_cast<double>(all_us) / 1e6) return true;
    restart();
    return false;
  }

 private:
  static int64_t micros(Timestamp time) { return time.time_since_epoch().count(); }

  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<int64_t> waited_us_ = 0;
  std::atomic<int64_t> waiting_since_ = 0;
  uint64_t seen_bytes_ = 0;
  int64_t seen_waited_us_ = 0;
};

}  // namespace caudal::http
