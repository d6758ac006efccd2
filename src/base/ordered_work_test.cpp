// SPDX-License-Identifier: Apache-2.0
#include "base/ordered_work.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/testing/result_matchers.h"

namespace caudal {
namespace {

using Work = OrderedWork<size_t>;

std::vector<Work::Worker> workers(size_t count, const Work::Worker& worker) {
  return std::vector<Work::Worker>(count, worker);
}

TEST(OrderedWork, OutcomesComeInOrderWhoeverIsFaster) {
  std::vector<std::thread::id> by(200);
  Work work(200, workers(4, [&](size_t item, const std::stop_token&) -> Result<size_t> {
              by[item] = std::this_thread::get_id();
              for (size_t i = 0; i < (item % 7) * 5; ++i) std::this_thread::yield();
              return item * item;
            }));
  for (size_t item = 0; item < 200; ++item) EXPECT_EQ(unwrap(work.take()), item * item);
  for (const std::thread::id& thread : by) EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(OrderedWork, EachWorkerIsOneThreadsOwn) {
  std::atomic<size_t> sharing = 0;
  std::vector<Work::Worker> own;
  std::vector<std::atomic<size_t>> busy(3);
  for (size_t w = 0; w < 3; ++w) {
    own.emplace_back([&, w](size_t item, const std::stop_token&) -> Result<size_t> {
      sharing += busy[w]++;
      std::this_thread::yield();
      --busy[w];
      return item;
    });
  }
  Work work(500, std::move(own));
  for (size_t item = 0; item < 500; ++item) EXPECT_EQ(unwrap(work.take()), item);
  EXPECT_EQ(sharing, 0);
}

TEST(OrderedWork, WorkersDoNotRunFarAhead) {
  std::atomic<size_t> begun = 0;
  Work work(1000, workers(2, [&](size_t item, const std::stop_token&) -> Result<size_t> {
              ++begun;
              return item;
            }));
  for (size_t item = 0; item < 1000; ++item) {
    EXPECT_EQ(unwrap(work.take()), item);
    EXPECT_LE(begun, item + 1 + 3);  // what was taken, one for each thread, and one more
  }
}

TEST(OrderedWork, AnErrorIsAnOutcomeLikeAnyOther) {
  Work work(3, workers(2, [](size_t item, const std::stop_token&) -> Result<size_t> {
              if (item == 1) return Error{Errc::cancelled, "not this one"};
              return item;
            }));
  EXPECT_EQ(unwrap(work.take()), 0);
  EXPECT_EQ(work.take().error().message, "not this one");
  EXPECT_EQ(unwrap(work.take()), 2);
}

TEST(OrderedWork, FinishHaltsAndHandsOverWhatWasNotTaken) {
  std::atomic<bool> second_done = false;
  Work work(100, workers(2, [&](size_t item, const std::stop_token& halt) -> Result<size_t> {
              if (item == 2) {  // works until it is halted
                while (!halt.stop_requested()) std::this_thread::yield();
                return Error{Errc::cancelled, "halted"};
              }
              if (item == 1) second_done = true;
              return item;
            }));
  EXPECT_EQ(unwrap(work.take()), 0);
  while (!second_done) std::this_thread::yield();
  const auto left = work.finish();
  ASSERT_EQ(left.size(), 100);
  EXPECT_FALSE(left[0].has_value());
  EXPECT_EQ(unwrap(*left[1]), 1);
  if (left[2]) EXPECT_EQ(left[2]->error().message, "halted");
  for (size_t item = 6; item < 100; ++item) EXPECT_FALSE(left[item].has_value()) << item;
}

TEST(OrderedWork, NothingToDo) {
  Work work(0, workers(2, [](size_t item, const std::stop_token&) -> Result<size_t> { return item; }));
  EXPECT_TRUE(work.finish().empty());
}

}  // namespace
}  // namespace caudal
