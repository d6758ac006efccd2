// SPDX-License-Identifier: Apache-2.0
// What a full disk does to the log: old segments go, where they may, before it is given up.
#include "access/audit/segment_writer.h"

#include <gmock/gmock.h>

#include "access/audit/record.h"
#include "access/audit/testing/records.h"
#include "access/audit/verify.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::audit {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class FullDisk : public testing::Test {
 protected:
  // On a disk that holds `capacity_` bytes of segments.
  SegmentWriter open(int64_t keep_days) {
    const auto disk = [this](size_t bytes) -> Result<void> {
      uint64_t used = bytes;
      for (const SegmentFile& segment : unwrap(list_segments(directory_))) used += fs::file_size(segment.path);
      if (used <= capacity_) return {};
      ++refusals_;
      return errno_error(ENOSPC, "write", directory_);
    };
    return unwrap(SegmentWriter::open(
        directory_, clock_,
        {.key = std::string(kTestKey), .segment_bytes = 1 << 20, .keep_days = keep_days, .disk = disk}));
  }
  Result<void> write(SegmentWriter& writer, uint64_t number) {
    std::string payload;
    append_record(payload, numbered_record(number));
    return writer.write(payload, 1);
  }
  // A segment for each of so many days.
  void write_days(SegmentWriter& writer, uint64_t days) {
    for (uint64_t day = 0; day < days; ++day) {
      ASSERT_OK(write(writer, day));
      clock_.advance(24h);
    }
  }
  size_t segments() { return unwrap(list_segments(directory_)).size(); }
  uint64_t used() {
    uint64_t bytes = 0;
    for (const SegmentFile& segment : unwrap(list_segments(directory_))) bytes += fs::file_size(segment.path);
    return bytes;
  }
  std::vector<std::string> problems() { return unwrap(verify(directory_, kTestKey)).problems; }

  TemporaryDirectory folder_;
  const fs::path directory_ = folder_.path() / "audit";
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1))};
  uint64_t capacity_ = uint64_t{1} << 30;
  int refusals_ = 0;
};

TEST_F(FullDisk, LetsOldSegmentsGoBeforeItIsGivenUp) {
  SegmentWriter writer = open(5);
  write_days(writer, 4);
  clock_.advance(4 * 24h);  // nothing was written, and so nothing let go, since the first days became old
  capacity_ = used();
  EXPECT_EQ(segments(), 4U);
  ASSERT_OK(write(writer, 4));
  EXPECT_GT(refusals_, 0);
  EXPECT_LT(segments(), 4U) << "the old went, the new began";
  EXPECT_THAT(problems(), testing::IsEmpty()) << "and it is told";
  ASSERT_OK(writer.close());
}

TEST_F(FullDisk, LetsNothingGoThatIsKept) {
  SegmentWriter writer = open(30);
  write_days(writer, 4);
  capacity_ = used();
  const auto refused = write(writer, 4);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorClass::kNoSpace));
  EXPECT_GE(segments(), 4U);
  capacity_ *= 2;
  ASSERT_OK(write(writer, 4));
  EXPECT_THAT(problems(), testing::IsEmpty());
}

TEST_F(FullDisk, LetsNothingGoWhereAllIsKept) {
  SegmentWriter writer = open(0);
  write_days(writer, 4);
  clock_.advance(365 * 24h);
  capacity_ = used();
  EXPECT_FALSE(write(writer, 4));
  EXPECT_EQ(unwrap(verify(directory_, kTestKey)).first_sequence, 0U);
}

// The process ended after the segments went and before it was told.
TEST_F(FullDisk, WhatWentUntoldIsToldByTheNextStart) {
  {
    SegmentWriter writer = open(5);
    write_days(writer, 4);
    ASSERT_OK(writer.close());
  }
  const auto all = unwrap(list_segments(directory_));
  clock_.advance(4 * 24h);
  for (size_t index = 0; index < 3; ++index) ASSERT_OK(remove_file(all[index].path));
  EXPECT_THAT(problems(), testing::ElementsAre(testing::HasSubstr("nothing says that they were let go")));
  SegmentWriter writer = open(5);
  ASSERT_OK(write(writer, 4));
  EXPECT_THAT(problems(), testing::IsEmpty());
}

// Only what is old enough may be missing: of younger segments the log never says that they were let go.
TEST_F(FullDisk, WhatWasTakenAwayIsNotToldAsLetGo) {
  {
    SegmentWriter writer = open(30);
    write_days(writer, 4);
    ASSERT_OK(writer.close());
  }
  ASSERT_OK(remove_file(unwrap(list_segments(directory_))[0].path));
  SegmentWriter writer = open(30);
  ASSERT_OK(write(writer, 4));
  EXPECT_THAT(problems(), testing::ElementsAre(testing::HasSubstr("nothing says that they were let go")));
}

}  // namespace
}  // namespace caudal::audit
