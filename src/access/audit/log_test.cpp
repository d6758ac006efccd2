// SPDX-License-Identifier: Apache-2.0
// The log under several threads, a refusing disk, and a killed process: nothing that it took is lost.
#include "access/audit/log.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>

#include "access/audit/segment.h"
#include "access/audit/testing/records.h"
#include "access/audit/verify.h"
#include "base/file_room.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::audit {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::vector<std::string> resources(const fs::path& directory) {
  std::vector<std::string> all;
  for (const SegmentFile& segment : unwrap(list_segments(directory))) {
    SegmentReader reader = unwrap(SegmentReader::open(segment.path));
    while (const auto frame = unwrap(reader.next())) {
      std::string_view payload = frame->payload();
      while (!payload.empty()) all.push_back(unwrap(take_record(payload)).resource);
    }
  }
  return all;
}

class LogTest : public testing::Test {
 protected:
  std::unique_ptr<Log> open(LogOptions options = {}) {
    options.key = kTestKey;
    return unwrap(Log::open(folder_.path() / "audit", clock_, options));
  }
  fs::path directory() const { return folder_.path() / "audit"; }

  TemporaryDirectory folder_;
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1))};
};

TEST_F(LogTest, KeepsTheOrderOfOneThread) {
  auto log = open();
  for (uint64_t number = 0; number < 100; ++number) ASSERT_OK(log->append(numbered_record(number)));
  ASSERT_OK(log->flush());
  const auto all = resources(directory());
  ASSERT_EQ(all.size(), 100U);
  for (size_t number = 0; number < all.size(); ++number) EXPECT_EQ(all[number], std::to_string(number));
}

TEST_F(LogTest, TellsWhatIsOnDisk) {
  auto log = open({.sync_every = 10s});
  for (uint64_t number = 0; number < 100; ++number) ASSERT_OK(log->append(numbered_record(number)));
  ASSERT_OK(log->flush());
  LogMetrics metrics = log->metrics();
  EXPECT_EQ(metrics.records, 100u);
  EXPECT_GE(metrics.syncs, 1u);
  EXPECT_LE(metrics.syncs, 100u);
  EXPECT_EQ(metrics.waiting_bytes, 0u);
  ASSERT_OK(log->append(numbered_record(100)));
  EXPECT_GT(log->metrics().waiting_bytes, 0u) << "it is not due for ten seconds";
  ASSERT_OK(log->flush());
  EXPECT_EQ(log->metrics().records, 101u);
  EXPECT_EQ(log->metrics().refusals, 0u);
}

TEST_F(LogTest, ClosesWithEverythingWritten) {
  auto log = open({.sync_every = 10s});
  ASSERT_OK(log->append(full_record()));
  ASSERT_OK(log->close());
  EXPECT_EQ(resources(directory()).size(), 1U);
  EXPECT_TRUE(unwrap(verify(directory(), kTestKey)).unclosed.empty());
}

TEST_F(LogTest, ManyThreadsThroughASmallQueueLoseNothing) {
  constexpr uint64_t kThreads = 8;
  constexpr uint64_t kEach = 500;
  auto log = open({.sync_every = 1ms, .queue_bytes = 2000, .segment_bytes = 20'000});
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&log, thread] {
      for (uint64_t number = 0; number < kEach; ++number) {
        EXPECT_TRUE(log->append(numbered_record(thread * kEach + number)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_OK(log->close());
  const auto all = resources(directory());
  EXPECT_EQ(all.size(), kThreads * kEach);
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), kThreads * kEach);
  const Verification verification = unwrap(verify(directory(), kTestKey));
  EXPECT_TRUE(verification.problems.empty());
  EXPECT_GT(verification.segments, 2U);
}

TEST_F(LogTest, NothingIsMadeBeforeTheFirstRecord) {
  open();
  EXPECT_TRUE(unwrap(list_segments(directory())).empty());
}

// A disk that takes no more than so many bytes in a file.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileSizeLimit() { lift(); }
  void lift() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(LogTest, ARefusingDiskIsToldAndLosesNothingOnceItTakesAgain) {
  auto log = open({.sync_every = 1ms, .queue_bytes = 1000, .retry_every = 1ms});
  ASSERT_OK(log->append(numbered_record(0)));
  ASSERT_OK(log->flush());
  {
    FileSizeLimit limit(100);
    EXPECT_TRUE(log->has_room());
    ASSERT_OK(log->append(numbered_record(1)));
    const auto flushed = log->flush();
    ASSERT_FALSE(flushed);
    EXPECT_TRUE(flushed.error().is(ErrorClass::kBusy));
    EXPECT_NE(flushed.error().message.find("audit log cannot be written"), std::string::npos);
    EXPECT_FALSE(log->check());
    Result<void> appended;
    uint64_t taken = 2;
    while ((appended = log->append(numbered_record(taken)))) ++taken;
    EXPECT_LT(taken, 20U) << "the queue has its bound";
    EXPECT_FALSE(log->has_room());
    limit.lift();
    ASSERT_OK(log->flush());
    EXPECT_TRUE(log->check());
    EXPECT_TRUE(log->has_room());
    EXPECT_EQ(resources(directory()).size(), taken);
  }
  ASSERT_OK(log->append(numbered_record(99)));
  ASSERT_OK(log->close());
  const Verification verification = unwrap(verify(directory(), kTestKey));
  EXPECT_TRUE(verification.problems.empty()) << verification.problems.front();
}

uint64_t bytes_on_disk(const fs::path& path) {
  struct stat info{};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return static_cast<uint64_t>(info.st_blocks) * 512;
}

TEST_F(LogTest, KeepsRoomForAFullDiskAndGivesItBack) {
  constexpr uint64_t kLittle = 64 << 10;
  auto log = open();
  ASSERT_OK(log->append(numbered_record(0)));
  ASSERT_OK(log->flush());
  const fs::path segment = unwrap(list_segments(directory())).front().path;
  EXPECT_GE(bytes_on_disk(segment), 4U << 20);
  EXPECT_LT(fs::file_size(segment), kLittle);
  ASSERT_OK(log->close());
  EXPECT_LT(bytes_on_disk(segment), kLittle);
  // One that was killed gives nothing back itself.
  ASSERT_OK(keep_room(unwrap(File::open_append(segment)), 4 << 20));
  EXPECT_GE(bytes_on_disk(segment), 4U << 20);
  open();
  EXPECT_LT(bytes_on_disk(segment), kLittle);
}

TEST_F(LogTest, WhatWasFlushedSurvivesAKill) {
  for (uint64_t round = 0; round < 5; ++round) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto log = open({.sync_every = 0ms});
      for (uint64_t number = 0;; ++number) {
        const bool good = log->append(numbered_record(number)) && (number != 10 || log->flush());
        if (!good || (number == 10 && ::write(ready[1], "x", 1) != 1)) ::_exit(1);
      }
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  EXPECT_GE(resources(directory()).size(), 5 * 11U);
  const Verification verification = unwrap(verify(directory(), kTestKey));
  EXPECT_TRUE(verification.problems.empty()) << verification.problems.front();
  EXPECT_GE(verification.unclosed.size(), 5U) << "each kill is seen";
}

TEST_F(LogTest, ADayThatPassesBeginsASegmentAndOldOnesGo) {
  auto log = open({.keep_days = 3});
  for (uint64_t day = 0; day < 10; ++day) {
    ASSERT_OK(log->append(numbered_record(day)));
    ASSERT_OK(log->flush());
    clock_.advance(24h);
  }
  ASSERT_OK(log->close());
  const auto all = resources(directory());
  EXPECT_EQ(std::count(all.begin(), all.end(), "9"), 1);
  EXPECT_EQ(std::count(all.begin(), all.end(), "7"), 1);
  const size_t segments = unwrap(list_segments(directory())).size();
  EXPECT_TRUE(segments == 4 || segments == 5) << segments << ": three days, and what they have in common with others";
  EXPECT_TRUE(unwrap(verify(directory(), kTestKey)).problems.empty());
}

TEST_F(LogTest, ARestartGoesOnAndNeverTouchesWhatIsThere) {
  for (uint64_t start = 0; start < 4; ++start) {
    auto log = open();
    ASSERT_OK(log->append(numbered_record(start)));
    ASSERT_OK(log->flush());
  }
  EXPECT_EQ(resources(directory()), (std::vector<std::string>{"0", "1", "2", "3"}));
  EXPECT_EQ(unwrap(list_segments(directory())).size(), 4U);
  const Verification verification = unwrap(verify(directory(), kTestKey));
  EXPECT_TRUE(verification.problems.empty() && verification.unclosed.empty());
  EXPECT_FALSE(unwrap(verify(directory(), "another key")).problems.empty());
}

}  // namespace
}  // namespace caudal::audit
