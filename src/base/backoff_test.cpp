// SPDX-License-Identifier: Apache-2.0
#include "base/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace caudal {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, GrowsByTheFactorUpToTheLongestDelayAndThenEnds) {
  Random random(1);
  const Backoff backoff{.attempts = 5, .first_delay = 10s, .factor = 3, .max_delay = 60s};
  EXPECT_EQ(delay_after(backoff, 1, random), 10s);
  EXPECT_EQ(delay_after(backoff, 2, random), 30s);
  EXPECT_EQ(delay_after(backoff, 3, random), 60s);
  EXPECT_EQ(delay_after(backoff, 4, random), 60s);
  EXPECT_EQ(delay_after(backoff, 5, random), std::nullopt);
}

TEST(Backoff, OneAttemptIsNeverRetried) {
  Random random(1);
  EXPECT_EQ(delay_after({.attempts = 1}, 1, random), std::nullopt);
}

TEST(Backoff, AFactorBelowOneDoesNotShrinkTheDelay) {
  Random random(1);
  EXPECT_EQ(delay_after({.attempts = 9, .first_delay = 1s, .factor = 0.1, .max_delay = 1min}, 8, random), 1s);
}

TEST(Backoff, JitterOnlyShortensAndSpreads) {
  constexpr uint64_t kSeed = 5;
  Random random(kSeed);
  const Backoff backoff{.attempts = 3, .first_delay = 100s, .factor = 1, .max_delay = 100s, .jitter = 0.25};
  auto shortest = 1000000ms;
  auto longest = 0ms;
  for (int i = 0; i < 1000; ++i) {
    const auto delay = delay_after(backoff, 1, random);
    ASSERT_TRUE(delay.has_value());
    shortest = std::min(shortest, *delay);
    longest = std::max(longest, *delay);
  }
  EXPECT_GE(shortest, 75s) << "seed " << kSeed;
  EXPECT_LT(shortest, 80s) << "seed " << kSeed;
  EXPECT_LE(longest, 100s) << "seed " << kSeed;
  EXPECT_GT(longest, 95s) << "seed " << kSeed;
}

TEST(Backoff, HugeNumbersStayAtTheLongestDelay) {
  Random random(1);
  const Backoff backoff{
      .attempts = std::numeric_limits<int>::max(), .first_delay = 1s, .factor = 1e300, .max_delay = 30min};
  EXPECT_EQ(delay_after(backoff, 1'000'000, random), 30min);
  EXPECT_EQ(delay_after({.attempts = 9, .first_delay = 0s, .factor = 1e300}, 8, random), 0ms);
}

}  // namespace
}  // namespace caudal
