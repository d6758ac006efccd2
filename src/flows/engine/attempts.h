// SPDX-License-Identifier: Apache-2.0
// Doing something again after a failure that another attempt may overcome, each attempt within a time limit.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "flows/definition/flow.h"

namespace caudal::flows::engine {

// Failures of the moment: I/O, a full disk, something held by somebody else. Not bad data, bad requests, or a stop.
bool is_worth_another_attempt(const Error& error);

struct Attempts {
  RetryPolicy policy;
  std::chrono::seconds timeout = {};  // of each attempt; zero: none
  Clock& clock;
  Random& random;
  // Told before the wait: which attempt failed, why, and how long until the next.
  std::function<void(int attempt, const Error& error, std::chrono::milliseconds wait)> on_retry = {};
};

// Calls `work` with the number of the attempt (from 1) and a token that is stopped when `stop` is or the time is over.
// The last attempt's result; Errc::timed_out when the time was over, class kCancelled when `stop` was requested.
Result<void> attempt(const Attempts& attempts, std::stop_token stop,
                     const std::function<Result<void>(int attempt, std::stop_token stop)>& work);

}  // namespace caudal::flows::engine
