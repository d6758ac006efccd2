// SPDX-License-Identifier: Apache-2.0
// The log through drawn lives: appends, flushes, days that pass, restarts, crashes that tear its end, disks that
// refuse. Afterwards it holds what it should, in order, and verifies; and whatever single thing is then done to it is
// seen.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "access/audit/log.h"
#include "access/audit/segment.h"
#include "access/audit/testing/records.h"
#include "access/audit/verify.h"
#include "base/file.h"
#include "base/random.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::audit {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class LogModelTest : public testing::Test {
 protected:
  LogModelTest() : seed_(secure_random_u64()), random_(seed_), trace_(__FILE__, __LINE__, seed_) {}

  void open() {
    log_ = unwrap(
        Log::open(directory_, clock_,
                  {.key = std::string(kTestKey), .sync_every = 0ms, .segment_bytes = 4000, .keep_days = keep_days_}));
  }
  void append() {
    for (size_t left = 1 + random_.below(20); left > 0; --left) ASSERT_OK(log_->append(numbered_record(next_++)));
  }
  // As a crash leaves it: the file ends within what would have been the next frame.
  void crash() {
    ASSERT_OK(log_->flush());
    ASSERT_OK(log_->close());
    log_.reset();
    const auto segments = unwrap(list_segments(directory_));
    if (segments.empty() || !is_closed(segments.back().path)) return;
    constexpr uintmax_t kClosingFrameBytes = 44;
    const auto size = fs::file_size(segments.back().path);
    fs::resize_file(segments.back().path, size - 1 - random_.below(kClosingFrameBytes));
  }
  static bool is_closed(const fs::path& segment) {
    SegmentReader reader = unwrap(SegmentReader::open(segment));
    bool closed = false;
    while (const auto frame = unwrap(reader.next())) closed = frame->closing();
    return closed;
  }
  void live(int steps) {
    open();
    for (int step = 0; step < steps; ++step) {
      switch (random_.below(6)) {
        case 0: ASSERT_OK(log_->flush()); break;
        case 1: clock_.advance(std::chrono::hours(random_.between(1, 30))); break;
        case 2:
          ASSERT_OK(log_->close());
          open();
          break;
        case 3:
          crash();
          open();
          break;
        default: append(); break;
      }
    }
    ASSERT_OK(log_->close());
    log_.reset();
  }
  // The numbers of the records that are there, as readers take them.
  std::vector<uint64_t> numbers() {
    std::vector<uint64_t> all;
    for (const SegmentFile& segment : unwrap(list_segments(directory_))) {
      SegmentReader reader = unwrap(SegmentReader::open(segment.path));
      while (const auto frame = unwrap(reader.next())) {
        std::string_view payload = frame->payload();
        while (!payload.empty()) {
          const Record record = unwrap(take_record(payload));
          if (record.service != kOwnService) all.push_back(number_of(record));
        }
      }
    }
    return all;
  }

  const uint64_t seed_;
  Random random_;
  testing::ScopedTrace trace_;
  TemporaryDirectory folder_;
  const fs::path directory_ = folder_.path() / "audit";
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1))};
  int64_t keep_days_ = 0;
  uint64_t next_ = 0;
  std::unique_ptr<Log> log_;
};

TEST_F(LogModelTest, EveryRecordIsThereOnceInOrderWhateverHappens) {
  live(60);
  const auto all = numbers();
  ASSERT_EQ(all.size(), next_);
  for (uint64_t number = 0; number < next_; ++number) ASSERT_EQ(all[number], number);
  const Verification verification = unwrap(verify(directory_, kTestKey));
  EXPECT_TRUE(verification.problems.empty()) << verification.problems.front();
  EXPECT_EQ(verification.records, next_);
}

TEST_F(LogModelTest, WithRetentionTheNewestAreThereAndTheLogSaysWhatWent) {
  keep_days_ = 2;
  live(80);
  const auto all = numbers();
  for (size_t index = 1; index < all.size(); ++index) ASSERT_EQ(all[index], all[index - 1] + 1);
  if (!all.empty()) EXPECT_EQ(all.back(), next_ - 1);
  const Verification verification = unwrap(verify(directory_, kTestKey));
  EXPECT_TRUE(verification.problems.empty()) << verification.problems.front();
}

TEST_F(LogModelTest, AnySingleChangeOfALongLogIsSeen) {
  live(60);
  const auto segments = unwrap(list_segments(directory_));
  if (segments.size() < 2) return;
  const Verification before = unwrap(verify(directory_, kTestKey));
  for (int round = 0; round < 40; ++round) {
    const SegmentFile& victim = segments[random_.below(segments.size())];
    const std::string content = unwrap(read_file(victim.path));
    std::string changed = content;
    const size_t at = random_.below(changed.size());
    if (random_.chance(0.5)) {
      changed[at] = static_cast<char>(changed[at] ^ (1 << random_.below(8)));
    } else {
      changed.erase(at, 1 + random_.below(100));
    }
    std::ofstream(victim.path, std::ios::binary) << changed;
    const Verification after = unwrap(verify(directory_, kTestKey));
    // An end that was torn anyway may be torn elsewhere: that there is one was known.
    const bool seen = !after.problems.empty() || after.unclosed.size() > before.unclosed.size();
    const bool was_torn = std::ranges::find(before.unclosed, victim.path.filename().string()) != before.unclosed.end();
    EXPECT_TRUE(seen || was_torn) << victim.path << " at " << at;
    std::ofstream(victim.path, std::ios::binary) << content;
  }
  EXPECT_TRUE(unwrap(verify(directory_, kTestKey)).problems.empty());
}

TEST_F(LogModelTest, AnyMissingSegmentButTheNewestIsSeen) {
  live(60);
  const auto segments = unwrap(list_segments(directory_));
  for (size_t index = 0; index + 1 < segments.size(); ++index) {
    const fs::path aside = folder_.path() / "aside";
    fs::rename(segments[index].path, aside);
    EXPECT_FALSE(unwrap(verify(directory_, kTestKey)).problems.empty()) << index;
    fs::rename(aside, segments[index].path);
  }
}

}  // namespace
}  // namespace caudal::audit
