// SPDX-License-Identifier: Apache-2.0
#include "flows/engine/attempts.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/testing/manual_clock.h"
#include "flows/engine/errors.h"

namespace caudal::flows::engine {
namespace {

using namespace std::chrono_literals;

// A clock whose waits are over at once, and which remembers how long they were.
class HurriedClock final : public Clock {
 public:
  Timestamp now() const override { return now_; }
  bool wait_until(Timestamp deadline, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(deadline - now_));
    now_ = deadline;
    return true;
  }
  std::vector<std::chrono::seconds> waits;

 private:
  Timestamp now_ = {};
};

const RetryPolicy kThree{.attempts = 3, .first_delay = 10s, .factor = 3, .max_delay = 1min};

TEST(Attempt, RetriesFailuresWithBackOffAndGivesUp) {
  HurriedClock clock;
  Random random(1);
  int calls = 0;
  const auto result = attempt({.policy = kThree, .clock = clock, .random = random}, {}, [&](int, std::stop_token) {
    calls += 1;
    return Result<void>(Error{caudal::Errc::io, "no"});
  });
  EXPECT_FALSE(result);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(clock.waits, (std::vector<std::chrono::seconds>{10s, 30s}));
}

TEST(Attempt, DoesNotRetryBadDataNorBadRequests) {
  HurriedClock clock;
  Random random(1);
  for (const Error& error : {Error{Errc::rule_failed, "data"}, Error{Errc::invalid_request, "request"}}) {
    int calls = 0;
    const auto result = attempt({.policy = kThree, .clock = clock, .random = random}, {}, [&](int, std::stop_token) {
      calls += 1;
      return Result<void>(error);
    });
    EXPECT_EQ(result.error().code, error.code);
    EXPECT_EQ(calls, 1);
  }
}

TEST(Attempt, StopsWorkAtItsTimeLimitAndSaysSo) {
  HurriedClock clock;
  Random random(1);
  const auto result = attempt({.policy = {.attempts = 1}, .timeout = 5s, .clock = clock, .random = random}, {},
                              [&](int, std::stop_token stop) {
                                while (!stop.stop_requested()) std::this_thread::yield();
                                return Result<void>(Error{caudal::Errc::cancelled, "stopped"});
                              });
  EXPECT_EQ(result.error().code, Errc::timed_out);
}

TEST(Attempt, PassesAStopOn) {
  HurriedClock clock;
  Random random(1);
  std::stop_source stop;
  const auto result =
      attempt({.policy = kThree, .clock = clock, .random = random}, stop.get_token(), [&](int, std::stop_token) {
        stop.request_stop();
        return Result<void>(Error{caudal::Errc::io, "no"});
      });
  EXPECT_EQ(result.error().code, caudal::Errc::io);
  EXPECT_TRUE(clock.waits.empty());
}

}  // namespace
}  // namespace caudal::flows::engine
