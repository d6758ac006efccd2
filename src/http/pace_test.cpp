// SPDX-License-Identifier: Apache-2.0
#include "http/pace.h"

#include <gtest/gtest.h>

namespace caudal::http {
namespace {

using std::chrono::seconds;

constexpr uint64_t kLeast = 100;  // bytes a second
constexpr seconds kWindow = seconds(10);

class PaceTest : public testing::Test {
 protected:
  // Waits so long for the client, which then moves so many bytes.
  void wait_and_move(seconds time, uint64_t size_bytes) {
    pace.begin_wait(now);
    now += time;
    pace.end_wait(now);
    pace.moved(size_bytes);
  }
  bool too_slow() { return pace.too_slow(now, kLeast, kWindow); }

  Pace pace;
  Timestamp now = std::chrono::sys_days(std::chrono::year(2024) / 3 / 1);
};

TEST_F(PaceTest, NobodyIsSlowBeforeTheWindowIsOver) {
  wait_and_move(seconds(9), 0);
  EXPECT_FALSE(too_slow());
  wait_and_move(seconds(1), 0);
  EXPECT_TRUE(too_slow());
}

TEST_F(PaceTest, AWaitThatStillLastsCounts) {
  pace.begin_wait(now);
  now += seconds(11);
  EXPECT_TRUE(too_slow());
}

TEST_F(PaceTest, TimeInWhichNobodyWaitsDoesNotCount) {
  wait_and_move(seconds(1), 1);
  now += std::chrono::hours(5);
  EXPECT_FALSE(too_slow());
}

TEST_F(PaceTest, TheRateIsOfTheTimeWaited) {
  wait_and_move(seconds(10), 1000);
  EXPECT_FALSE(too_slow());
  wait_and_move(seconds(10), 999);
  EXPECT_TRUE(too_slow());
}

// What was fast once does not excuse what is slow now.
TEST_F(PaceTest, EachWindowStandsForItself) {
  wait_and_move(seconds(10), 1'000'000);
  EXPECT_FALSE(too_slow());
  wait_and_move(seconds(10), 5);
  EXPECT_TRUE(too_slow());
}

TEST_F(PaceTest, ANewRequestBeginsWithACleanSlate) {
  wait_and_move(seconds(9), 0);
  pace.restart();
  wait_and_move(seconds(9), 0);
  EXPECT_FALSE(too_slow());
}

}  // namespace
}  // namespace caudal::http
