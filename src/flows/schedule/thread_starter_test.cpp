// SPDX-License-Identifier: Apache-2.0
#include "flows/schedule/thread_starter.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "flows/schedule/testing/watch_fixture.h"

namespace caudal::schedule {
namespace {

using namespace std::chrono_literals;

// Counts, and lets a test wait for a count.
class Counter {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool reaches(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 60s, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

TEST(ThreadStarter, RunsBesideTheCallerAndTellsTheEnd) {
  Counter ended;
  Result<void> told = {};
  ThreadStarter starter([](const StartRequest& request, std::stop_token) -> Result<void> {
    return Error{caudal::Errc::io, "no " + request.work_key};
  });
  starter.start({.work_key = "work"}, [&](Result<void> result) {
    told = std::move(result);
    ended.add();
  });
  ASSERT_TRUE(ended.reaches(1));
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().message, "no work");
}

TEST(ThreadStarter, StopAsksEveryRunAndWaitsForIt) {
  Counter begun;
  Counter ended;
  ThreadStarter starter([&](const StartRequest&, std::stop_token stop) -> Result<void> {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    begun.add();
    never.wait(lock, stop, [] { return false; });
    return {};
  });
  for (int i = 0; i < 3; ++i) starter.start({}, [&](const Result<void>&) { ended.add(); });
  ASSERT_TRUE(begun.reaches(3)) << "all at once";
  starter.stop();
  EXPECT_TRUE(ended.reaches(3));
}

class ThreadedWatch : public WatchFixture {};

TEST_F(ThreadedWatch, TheEndOfARunWakesTheWatch) {
  runs = unwrap(runs::RunStore::open(*kv, clock, {.seed = 1}));
  Counter succeeded;
  ThreadStarter threads([&](const StartRequest& request, std::stop_token) -> Result<void> {
    TRY(FakeStarter::run_to(runs::RunState::kSucceeded, request, *runs));
    succeeded.add();
    return {};
  });
  watcher = unwrap(Watcher::open({.clock = clock, .kv = *kv, .runs = *runs, .files = files, .starter = threads},
                                 {invoices()}, options));
  for (const char* month : {"202309", "202310", "202311"}) deliver(month, utc("2024-01-08"));
  {
    // The clock stands still: nothing but the end of one month's run can bring the next.
    std::jthread thread([&](std::stop_token stop) { watcher->run(stop); });
    EXPECT_TRUE(succeeded.reaches(3));
  }
  threads.stop();
  EXPECT_THAT(unwrap(runs->list({})), testing::SizeIs(3));
}

}  // namespace
}  // namespace caudal::schedule
