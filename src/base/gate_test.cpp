// SPDX-License-Identifier: Apache-2.0
#include "base/gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace caudal {
namespace {

TEST(GateTest, HoldsAllUntilItOpensAndNobodyAfterwards) {
  Gate gate;
  int written = 0;  // published by the gate alone
  std::atomic<int> arrived = 0;
  std::atomic<int> through = 0;
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 16; ++n) {
      threads.emplace_back([&] {
        ++arrived;
        gate.wait();
        EXPECT_EQ(written, 7);
        ++through;
      });
    }
    while (arrived < 16) std::this_thread::yield();
    EXPECT_EQ(through, 0);
    written = 7;
    gate.open();
  }
  EXPECT_EQ(through, 16);
  gate.wait();
}

// Whoever is about to fall asleep while it opens is not forgotten: such a wait would never end.
TEST(GateTest, OpeningIsNotMissedByWhoeverComesAtThatMoment) {
  for (int round = 0; round < 2'000; ++round) {
    Gate gate;
    std::jthread waiting([&] { gate.wait(); });
    gate.open();
  }
}

}  // namespace
}  // namespace caudal
