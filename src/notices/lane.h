// SPDX-License-Identifier: Apache-2.0
// One channel's queue and the thread that empties it. Part of Notifier.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>

#include "base/random.h"
#include "base/thread_annotations.h"
#include "notices/notifier.h"

namespace caudal::notices {

struct Notifier::Delivery {
  uint64_t number = 0;
  Notice notice;
  std::string token;
};

class Notifier::Lane {
 public:
  Lane(Notifier& notifier, std::unique_ptr<Channel> channel, size_t queue_length, uint64_t seed);
  // Interrupts the attempt under way; what waits ends undelivered.
  ~Lane();
  void request_stop() { thread_.request_stop(); }
  const std::string& name() const { return name_; }
  // False when the queue is full. Never blocks.
  bool push(Delivery delivery);

 private:
  void run(const std::stop_token& stop);
  void deliver(const Delivery& delivery, const std::stop_token& stop);
  bool take(Delivery& delivery, const std::stop_token& stop);

  Notifier& notifier_;
  const std::unique_ptr<Channel> channel_;
  const std::string name_;
  const size_t queue_length_;
  Random random_;  // only the thread's
  Mutex mutex_;
  std::condition_variable_any pushed_;
  std::deque<Delivery> queue_ CAUDAL_GUARDED_BY(mutex_);
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace caudal::notices
