// SPDX-License-Identifier: Apache-2.0
// Jobs that one thread works off, one after the other. One that fails is tried again, later each time, and what was
// wrong is told once for every attempt; the others go on meanwhile. What is never to succeed ends its job by itself.
// Inside room items only.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/backoff.h"
#include "base/result.h"

namespace caudal::items {

// Takes one line for whoever runs the store; thread-safe.
using Log = std::function<void(std::string_view)>;

// Thread-safe.
template <class Job>
class RetriedJobs {
 public:
  struct How {
    // On the thread of the jobs. An error: it is to be tried again.
    std::function<Result<void>(Job&)> work;
    std::function<std::string(const Job&)> failed;  // "the backup x of table y is not made"
    Log log = {};
    Backoff retries = {.attempts = std::numeric_limits<int>::max(),
                       .first_delay = std::chrono::milliseconds(500),
                       .factor = 2.0,
                       .max_delay = std::chrono::minutes(1)};
  };
  explicit RetriedJobs(How how) : how_(std::move(how)) {}
  ~RetriedJobs() { stop(); }
  RetriedJobs(const RetriedJobs&) = delete;
  RetriedJobs& operator=(const RetriedJobs&) = delete;

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  // The job that is under way looks at is_stopping(); the others are dropped.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    came_.notify_one();
    if (thread_.joinable()) thread_.join();
  }
  void add(Job job) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back({.job = std::move(job)});
    }
    came_.notify_one();
  }
  bool is_stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Waiting {
    Job job;
    int attempts = 0;
    Time from = {};
  };

  void run() {
    for (std::optional<Waiting> next = take(); next; next = take()) {
      const auto done = how_.work(next->job);
      if (!done) put_back(*std::move(next), done.error());
    }
  }
  // The first whose time has come; nothing: it is to stop.
  std::optional<Waiting> take() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      const auto next = std::ranges::min_element(waiting_, {}, &Waiting::from);
      if (next == waiting_.end()) {
        came_.wait(lock);
      } else if (next->from > std::chrono::steady_clock::now()) {
        came_.wait_until(lock, next->from);
      } else {
        Waiting taken = std::move(*next);
        waiting_.erase(next);
        return taken;
      }
    }
    waiting_.clear();  // snapshots must be gone before the store is
    return std::nullopt;
  }
  void put_back(Waiting one, const Error& why) {
    Random none(0);
    const auto delay = delay_after(how_.retries, ++one.attempts, none).value_or(how_.retries.max_delay);
    if (is_stopping()) return;
    if (how_.log) {
      how_.log(
          fmt::format("{}: {}; the next attempt is in {} ms", how_.failed(one.job), why.to_string(), delay.count()));
    }
    one.from = std::chrono::steady_clock::now() + delay;
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(one));
  }

  const How how_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Waiting> waiting_;  // guarded by mutex_
  bool stopping_ = false;        // guarded by mutex_
  std::thread thread_;           // last
};

}  // namespace caudal::items
