// SPDX-License-Identifier: Apache-2.0
// Retries with back-off, and a watchdog thread for the time limit.
#include "flows/engine/attempts.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "base/backoff.h"
#include "flows/engine/errors.h"

namespace caudal::flows::engine {
namespace {

Result<void> attempt_within(const Attempts& attempts, std::stop_token stop, int number,
                            const std::function<Result<void>(int, std::stop_token)>& work) {
  if (attempts.timeout <= std::chrono::seconds(0)) return work(number, stop);
  std::stop_source limited;
  std::stop_callback pass_on(stop, [&] { limited.request_stop(); });
  std::atomic<bool> over = false;
  Result<void> result;
  {
    std::jthread watchdog([&](const std::stop_token& done) {
      if (!attempts.clock.wait_until(attempts.clock.now() + attempts.timeout, done)) return;
      over = true;
      limited.request_stop();
    });
    result = work(number, limited.get_token());
  }
  if (!result && over && !stop.stop_requested()) {
    return Error{Errc::timed_out, fmt::format("not done within {} s", attempts.timeout.count())};
  }
  return result;
}

}  // namespace

bool is_worth_another_attempt(const Error& error) {
  return error.is(ErrorClass::kFailed) || error.is(ErrorClass::kBusy) || error.is(ErrorClass::kNoSpace);
}

Result<void> attempt(const Attempts& attempts, std::stop_token stop,
                     const std::function<Result<void>(int, std::stop_token)>& work) {
  const Backoff backoff{.attempts = attempts.policy.attempts,
                        .first_delay = attempts.policy.first_delay,
                        .factor = attempts.policy.factor,
                        .max_delay = attempts.policy.max_delay};
  for (int number = 1;; ++number) {
    Result<void> result = attempt_within(attempts, stop, number, work);
    if (result || stop.stop_requested() || !is_worth_another_attempt(result.error())) return result;
    const auto wait = delay_after(backoff, number, attempts.random);
    if (!wait) return result;
    if (attempts.on_retry) attempts.on_retry(number, result.error(), *wait);
    if (!attempts.clock.wait_until(attempts.clock.now() + *wait, stop)) {
      return Error{caudal::Errc::cancelled, "interrupted while waiting for the next attempt"};
    }
  }
}

}  // namespace caudal::flows::engine
