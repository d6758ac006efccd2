// SPDX-License-Identifier: Apache-2.0
#include "http/worker_pool.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <latch>
#include <optional>
#include <set>

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

// More threads than cores would only take them from each other.
TEST(WorkerPool, ShortJobsAreRunByFewThreads) {
  constexpr int kJobs = 64;
  WorkerPool pool(32, kJobs, 2);
  std::set<std::thread::id> threads_of_all;
  std::vector<size_t> threads_of_rounds;
  for (int round = 0; round < 20; ++round) {
    Mutex mutex;
    std::set<std::thread::id> threads;
    std::latch done(kJobs);
    std::vector<WorkerPool::Job> jobs;
    for (int n = 0; n < kJobs; ++n) {
      jobs.emplace_back([&] {
        {
          MutexLock lock(mutex);
          threads.insert(std::this_thread::get_id());
        }
        done.count_down();
      });
    }
    EXPECT_EQ(pool.submit(jobs), static_cast<size_t>(kJobs));
    done.wait();
    MutexLock lock(mutex);
    threads_of_rounds.push_back(threads.size());
    threads_of_all.insert(threads.begin(), threads.end());
  }
  std::sort(threads_of_rounds.begin(), threads_of_rounds.end());
  EXPECT_LT(threads_of_all.size(), 16U) << "a machine under load may take more than two, but never all";
  EXPECT_LT(threads_of_rounds[10], 8U) << "nor many most of the time";
}

// What waits for a client is no work: others are run in its place, by as many spare threads as there may be.
TEST(WorkerPool, JobsThatWaitGiveTheirPlaceToOthers) {
  constexpr int kThreads = 2;
  constexpr int kSpare = 3;
  Event go_on;
  std::atomic<int> waiting = 0;
  std::atomic<int> passed = 0;
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  {
    WorkerPool pool({.threads = kThreads, .queued = 100, .spare_threads = kSpare});
    const auto wait = [&] {
      pool.begin_wait();
      ++waiting;
      EXPECT_TRUE(go_on.wait());
      pool.end_wait();
    };
    for (int n = 1; n < kThreads + kSpare; ++n) {
      EXPECT_TRUE(submit(pool, wait));
      ASSERT_TRUE(eventually([&] { return waiting == n; })) << "all but one of the threads wait";
    }
    for (int n = 0; n < 10; ++n) EXPECT_TRUE(submit(pool, [&] { ++passed; }));
    ASSERT_TRUE(eventually([&] { return passed == 10; }));
    EXPECT_TRUE(submit(pool, wait));
    ASSERT_TRUE(eventually([&] { return waiting == kThreads + kSpare; }));
    EXPECT_TRUE(submit(pool, [&] { ++passed; }));
    EXPECT_EQ(pool.load().queued, 1U) << "there are no more threads than that";
    go_on.set();
    ASSERT_TRUE(eventually([&] { return passed == 11 && pool.load().busy == 0; }));
    for (int n = 0; n < 50; ++n) {
      EXPECT_TRUE(submit(pool, [&] {
        const int now = ++at_once;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        for (int turn = 0; turn < 100; ++turn) std::this_thread::yield();
        --at_once;
      }));
    }
  }
  EXPECT_GE(most, 1);
  EXPECT_LE(most, kThreads) << "and nobody waits any more";
}

// Whoever comes back goes on at once, though its place is taken.
TEST(WorkerPool, ManyThatWaitAndComeBackLoseNoJob) {
  std::atomic<int> runs = 0;
  {
    WorkerPool pool({.threads = 3, .queued = 10'000, .spare_threads = 4});
    std::vector<std::jthread> submitters;
    for (int t = 0; t < 3; ++t) {
      submitters.emplace_back([&, t] {
        for (int n = 0; n < 1000; ++n) {
          EXPECT_TRUE(submit(pool, [&, t, n] {
            if ((n + t) % 3 == 0) {
              pool.begin_wait();
              std::this_thread::yield();
              pool.end_wait();
            }
            ++runs;
          }));
        }
      });
    }
  }
  EXPECT_EQ(runs, 3000);
}

// The threads that block are joined by others, and those that wait for them are not waited for.
TEST(WorkerPool, JobsThatBlockDoNotHoldUpThoseBehindThem) {
  Event go_on;
  std::latch blocked(6);
  std::latch passed(10);
  WorkerPool pool(8, 100, 2);
  for (int n = 0; n < 6; ++n) {
    EXPECT_TRUE(submit(pool, [&] {
      blocked.count_down();
      EXPECT_TRUE(go_on.wait());
    }));
  }
  blocked.wait();
  for (int n = 0; n < 10; ++n) EXPECT_TRUE(submit(pool, [&] { passed.count_down(); }));
  passed.wait();
  go_on.set();
}

TEST(WorkerPool, WhatHasBegunGoesBeforeWhatWaitsHoweverMuchThatIs) {
  Event started;
  Event go_on;
  std::vector<int> order;
  {
    WorkerPool pool(1, 2);
    EXPECT_TRUE(submit(pool, [&] {
      started.set();
      EXPECT_TRUE(go_on.wait());
    }));
    ASSERT_TRUE(started.wait());
    EXPECT_TRUE(submit(pool, [&] { order.push_back(1); }));
    EXPECT_TRUE(submit(pool, [&] { order.push_back(2); }));
    pool.run_next([&] { order.push_back(-1); });
    pool.run_next([&] { order.push_back(0); });
    EXPECT_FALSE(submit(pool, [&] { order.push_back(3); })) << "it is full all the same";
    go_on.set();
  }
  EXPECT_EQ(order, (std::vector<int>{-1, 0, 1, 2}));
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
