// SPDX-License-Identifier: Apache-2.0
#include "objects/body_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>

namespace caudal::objects {
namespace {

TEST(BodyThreads, RunEveryJobOnFewThreads) {
  std::atomic<int> ran = 0;
  Mutex mutex;
  std::set<std::thread::id> ids;
  {
    std::latch all(1000);
    BodyThreads threads(3);
    for (int n = 0; n < 1000; ++n) {
      threads.submit([&] {
        {
          MutexLock lock(mutex);
          ids.insert(std::this_thread::get_id());
        }
        ++ran;
        all.count_down();
      });
    }
    all.wait();
  }
  EXPECT_EQ(ran, 1000);
  EXPECT_LE(ids.size(), 3u);
  EXPECT_FALSE(ids.contains(std::this_thread::get_id()));
}

// A job that waits for the disk holds up no other while there is a thread to start.
TEST(BodyThreads, StartAnotherThreadForAJobThatNobodyTakes) {
  BodyThreads threads(2);
  std::latch second(1);
  std::latch both(2);
  threads.submit([&] {
    second.wait();
    both.count_down();
  });
  threads.submit([&] {
    second.count_down();
    both.count_down();
  });
  both.wait();
}

TEST(BodyThreads, LendBuffersUpToTheBoundAndOneToEverybody) {
  BodyThreads threads(1, 2);
  Buffer a = threads.take_buffer();
  Buffer b = threads.take_another_buffer();
  ASSERT_TRUE(a && b);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(a.get()) % 4096, 0u);
  EXPECT_FALSE(threads.take_another_buffer()) << "two are in use";
  Buffer c = threads.take_buffer();
  EXPECT_TRUE(c) << "the first one of a body";
  EXPECT_FALSE(threads.take_another_buffer());
  threads.give_back(std::move(a));
  EXPECT_FALSE(threads.take_another_buffer());
  char* const used = b.get();
  threads.give_back(std::move(b));
  b = threads.take_another_buffer();
  EXPECT_EQ(b.get(), used) << "what was used before is used again";
  threads.give_back(std::move(b));
  threads.give_back(std::move(c));
  EXPECT_EQ(threads.peak_buffers(), 3u);
}

}  // namespace
}  // namespace caudal::objects
