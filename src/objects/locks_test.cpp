// SPDX-License-Identifier: Apache-2.0
// Locks that one thread takes and another gives back.
#include "objects/locks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace caudal::objects {
namespace {

TEST(HandoverLock, IsGivenBackByAnotherThread) {
  HandoverLock lock;
  std::unique_lock held(lock);
  std::atomic<bool> given_back = false;
  std::thread other([held = std::move(held), &given_back]() mutable {
    given_back = true;
    held.unlock();
  });
  const std::lock_guard again(lock);
  EXPECT_TRUE(given_back);
  other.join();
}

TEST(HandoverLock, ManyShareItAndOneHasItAlone) {
  HandoverLock lock;
  constexpr int kThreads = 8;
  constexpr int kRounds = 500;
  int count = 0;  // changed by whoever is alone, read by those who share
  std::vector<std::thread> threads;
  for (int n = 0; n < kThreads; ++n) {
    threads.emplace_back([&, n] {
      for (int round = 0; round < kRounds; ++round) {
        if (n % 2 == 0) {
          const std::lock_guard alone(lock);
          ++count;
        } else {
          const std::shared_lock shared(lock);
          const int seen = count;
          EXPECT_EQ(seen, count);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, kThreads / 2 * kRounds);
}

// Else a bucket that is written to all the time could never be removed.
TEST(HandoverLock, WhoWantsItAloneGoesBeforeThoseWhoComeLater) {
  HandoverLock lock;
  std::shared_lock first(lock);
  std::atomic<bool> was_alone = false;
  std::latch about_to_wait{1};
  std::thread alone([&] {
    about_to_wait.count_down();
    const std::lock_guard held(lock);
    was_alone = true;
  });
  about_to_wait.wait();
  // Readers that never leave a gap between them: each takes it before the one before lets go.
  std::atomic<int> readers = 0;
  std::vector<std::thread> chain;
  for (int n = 0; n < 4; ++n) {
    chain.emplace_back([&] {
      while (!was_alone) {
        const std::shared_lock held(lock);
        ++readers;
        std::this_thread::yield();
        --readers;
      }
    });
  }
  first.unlock();
  alone.join();
  for (std::thread& thread : chain) thread.join();
  EXPECT_TRUE(was_alone);
  EXPECT_EQ(readers, 0);
}

}  // namespace
}  // namespace caudal::objects
