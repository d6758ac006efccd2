// SPDX-License-Identifier: Apache-2.0
// Notifier: takes notices without ever making a run wait or fail, and sends them on threads of its own.
//
//   auto notifier = TRY(Notifier::open(configuration, clock, logger));
//   notifier->notify({.event = Event::kSucceeded, .flow = "invoices", .run = id});
//   for (const Outcome& outcome : notifier->flush(std::chrono::seconds(30))) …   // at the end of a command
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "notices/channel.h"
#include "notices/configuration.h"
#include "notices/notice.h"

namespace caudal::notices {

// What became of one notice on one channel.
struct Outcome {
  enum class State {
    kDelivered,
    kUndelivered,
    kDropped /* the queue was full */,
    kPending /* flush ran out of time */,
    kUnconfigured /* nobody set the channel up: not logged, or every notice would say so again */
  };
  uint64_t notice = 0;  // the number that notify() returned
  Event event = Event::kFailed;
  std::string flow = {};
  std::string run = {};
  std::string channel = {};
  State state = State::kPending;
  int attempts = 0;
  std::string error = {};  // of the last attempt, without secrets; of a delivered notice: who did not get it
};

enum class LogLevel { kInformation, kWarning, kError };
// Where notices are logged, one line each; called from notify() and from the sending threads, one call at a time.
using Logger = std::function<void(LogLevel, std::string_view line)>;

// Thread-safe.
class Notifier {
 public:
  static constexpr size_t kMostOutcomes = 1000;

  // One sending thread for each channel, so that a slow one holds up nobody else. Without channels notices are only
  // logged.
  static Result<std::unique_ptr<Notifier>> open(const Configuration& configuration, Clock& clock, Logger logger);
  // With channels of the caller's own; `seed` makes message ids and the spread of delays repeatable.
  Notifier(std::vector<std::unique_ptr<Channel>> channels, const RetryPolicy& retry, size_t queue_length, Clock& clock,
           Logger logger, uint64_t seed);
  // The names that Notice::channels may hold, "log" included.
  std::vector<std::string> channel_names() const;

  // Interrupts what is being sent; what still waits is logged as undelivered. Call flush() first.
  ~Notifier();

  // Logs the notice and queues it for the channels that there are; whoever starts says once which of those that are
  // named there are not. Returns at once, and never fails: what cannot be sent shows in the outcomes. The
  // number of the notice.
  uint64_t notify(Notice notice);

  // Waits until everything queued before is delivered or given up, at most `deadline` of real time, or until `stop`.
  // Returns, and forgets, the outcomes since the last flush (the newest kMostOutcomes of them); what is still under way
  // is listed as kPending, stays queued, and comes with its end in a later flush.
  std::vector<Outcome> flush(std::chrono::milliseconds deadline, std::stop_token stop = {});

 private:
  class Lane;
  struct Delivery;
  void log(LogLevel level, const std::string& line);
  void change(uint64_t delivery, int attempts, const std::string& error);
  void finish(uint64_t delivery, Outcome::State state);

  Clock& clock_;
  const RetryPolicy retry_;
  const Logger logger_;
  Mutex logging_;  // held while logger_ runs
  Mutex mutex_;
  std::condition_variable_any changed_;
  Random random_ CAUDAL_GUARDED_BY(mutex_);
  uint64_t last_notice_ CAUDAL_GUARDED_BY(mutex_) = 0;
  uint64_t last_delivery_ CAUDAL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, Outcome> under_way_ CAUDAL_GUARDED_BY(mutex_);  // by number of the delivery
  std::deque<Outcome> finished_ CAUDAL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Lane>> lanes_;  // last: their threads use everything above
};

}  // namespace caudal::notices
