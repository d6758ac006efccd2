// SPDX-License-Identifier: Apache-2.0
#include "http/worker_pool.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <barrier>
#include <latch>
#include <optional>

#include "http/testing/test_server.h"

namespace caudal::http {
namespace {

bool submit(WorkerPool& pool, WorkerPool::Job job) { return pool.submit({&job, 1}) == 1; }

TEST(WorkerPool, RunsEveryJobOnce) {
  std::vector<std::atomic<int>> runs(2000);
  {
    WorkerPool pool(4, runs.size());
    std::vector<std::jthread> submitters;
    for (size_t t = 0; t < 4; ++t) {
      submitters.emplace_back([&, t] {
        for (size_t n = t; n < runs.size(); n += 4) EXPECT_TRUE(submit(pool, [&runs, n] { ++runs[n]; }));
      });
    }
  }
  for (const auto& count : runs) EXPECT_EQ(count, 1);
}

// A thread that is woken wakes the next, so long jobs get them all although only one is woken at a time.
TEST(WorkerPool, LongJobsGetEveryThread) {
  constexpr int kThreads = 8;
  WorkerPool pool(kThreads, 100);
  for (int round = 0; round < 20; ++round) {
    std::latch all_at_once(kThreads);
    std::latch done(kThreads);
    std::vector<WorkerPool::Job> jobs;
    for (int n = 0; n < kThreads; ++n) {
      jobs.emplace_back([&] {
        all_at_once.arrive_and_wait();  // nobody passes before all run
        done.count_down();
      });
    }
    EXPECT_EQ(pool.submit(jobs), static_cast<size_t>(kThreads));
    done.wait();
  }
}

TEST(WorkerPool, TakesNoMoreThanTheQueueHolds) {
  Event started;
  Event go_on;
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(1, 3);
    EXPECT_TRUE(submit(pool, [&] {
      started.set();
      EXPECT_TRUE(go_on.wait());
    }));
    ASSERT_TRUE(started.wait());
    EXPECT_EQ(pool.load().busy, 1u);
    std::vector<WorkerPool::Job> jobs;
    for (int n = 0; n < 5; ++n) jobs.emplace_back([&] { ++ran; });
    EXPECT_EQ(pool.submit(jobs), 3u);
    EXPECT_EQ(pool.load().queued, 3u);
    EXPECT_TRUE(jobs[3]) << "what has no room is left as it is";
    EXPECT_FALSE(submit(pool, [&] { ++ran; }));
    go_on.set();
  }
  EXPECT_EQ(ran, 3);
}

TEST(WorkerPool, AClientThatIsGoneKillsNoThread) {
  Event over;
  WorkerPool pool(1, 10);
  EXPECT_TRUE(submit(pool, [&] {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    EXPECT_EQ(sigismember(&blocked, SIGPIPE), 1);
    over.set();
  }));
  EXPECT_TRUE(over.wait());
}

}  // namespace
}  // namespace caudal::http
