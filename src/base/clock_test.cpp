// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/testing/manual_clock.h"

namespace caudal {
namespace {

using std::chrono::hours;

TEST(SystemClock, AnswersAtOnceForADeadlineThatHasPassed) {
  SystemClock clock;
  EXPECT_TRUE(clock.wait_until(clock.now() - hours(1), {}));
}

TEST(SystemClock, AStopEndsTheWaitBeforeItsDeadline) {
  SystemClock clock;
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(clock.wait_until(clock.now() + hours(1), stop.get_token()));
}

TEST(ManualClock, StandsStillUntilMoved) {
  ManualClock clock(Timestamp{});
  EXPECT_EQ(clock.now(), Timestamp{});
  clock.advance(hours(2));
  EXPECT_EQ(clock.now(), Timestamp{} + hours(2));
}

TEST(ManualClock, WaitersWakeWhenTheDeadlineComes) {
  ManualClock clock(Timestamp{});
  bool reached = false;
  {
    std::jthread waiter([&] { reached = clock.wait_until(Timestamp{} + hours(1), {}); });
    clock.advance(hours(1));
  }
  EXPECT_TRUE(reached);
}

}  // namespace
}  // namespace caudal
