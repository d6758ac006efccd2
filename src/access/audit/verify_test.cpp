// SPDX-License-Identifier: Apache-2.0
// Whatever is done to the files of the log afterwards is seen.
#include "access/audit/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "access/audit/segment.h"
#include "access/audit/segment_writer.h"
#include "access/audit/testing/records.h"
#include "base/file.h"
#include "base/random.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::audit {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

class VerifyTest : public testing::Test {
 protected:
  // Three closed segments of four records in two frames each.
  VerifyTest() {
    SegmentWriter writer = open();
    for (uint64_t number = 0; number < 12; number += 2) {
      std::string payload;
      append_record(payload, numbered_record(number));
      append_record(payload, numbered_record(number + 1));
      EXPECT_OK(writer.write(payload, 2));
      if (number % 4 == 2) clock_.advance(24h);
    }
    EXPECT_OK(writer.close());
  }
  SegmentWriter open(int64_t keep_days = 0) {
    return unwrap(SegmentWriter::open(
        folder_.path(), clock_, {.key = std::string(kTestKey), .segment_bytes = 1 << 20, .keep_days = keep_days}));
  }
  fs::path segment(uint64_t first) const { return folder_.path() / segment_name(first); }
  Verification result(std::string_view key = kTestKey) { return unwrap(verify(folder_.path(), key)); }

  TemporaryDirectory folder_;
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1))};
};

TEST_F(VerifyTest, AnUntouchedLogHasNoProblems) {
  const Verification all = result();
  EXPECT_THAT(all.problems, IsEmpty());
  EXPECT_THAT(all.unclosed, IsEmpty());
  EXPECT_EQ(all.segments, 3U);
  EXPECT_EQ(all.records, 12U);
  EXPECT_EQ(all.first_sequence, 0U);
}

TEST_F(VerifyTest, EveryChangedByteIsSeen) {
  const std::string before = unwrap(read_file(segment(4)));
  Random random(11);
  for (int round = 0; round < 200; ++round) {
    std::string changed = before;
    const size_t at = random.below(changed.size());
    changed[at] = static_cast<char>(changed[at] ^ (1 << random.below(8)));
    std::ofstream(segment(4), std::ios::binary) << changed;
    const Verification seen = result();
    EXPECT_TRUE(!seen.problems.empty()) << "byte " << at;
  }
}

TEST_F(VerifyTest, AChangedByteIsSeenInTheNewestSegmentToo) {
  const std::string before = unwrap(read_file(segment(8)));
  Random random(12);
  for (int round = 0; round < 200; ++round) {
    std::string changed = before;
    const size_t at = random.below(changed.size() - 44);  // but for the closing frame: a crash looks the same
    changed[at] = static_cast<char>(changed[at] ^ (1 << random.below(8)));
    std::ofstream(segment(8), std::ios::binary) << changed;
    EXPECT_FALSE(result().problems.empty()) << "byte " << at;
  }
}

TEST_F(VerifyTest, ATornEndIsNoProblem) {
  const std::string before = unwrap(read_file(segment(8)));
  const size_t frame_bytes = (before.size() - 61 - 44) / 2;
  for (size_t cut = 1; cut < frame_bytes + 44; ++cut) {
    std::ofstream(segment(8), std::ios::binary) << before.substr(0, before.size() - cut);
    EXPECT_THAT(result().problems, IsEmpty()) << cut;
  }
  std::ofstream(segment(8), std::ios::binary) << before.substr(0, before.size() - 44) << std::string(4096, '\0');
  EXPECT_THAT(result().problems, IsEmpty()) << "grown, and not written";
}

TEST_F(VerifyTest, AFrameThatSomebodyWroteWithoutTheKeyIsSeen) {
  SegmentReader reader = unwrap(SegmentReader::open(segment(4)));
  std::string forged = reader.header_bytes();
  Link link = first_link(reader.header_bytes(), "another key");
  std::string payload;
  append_record(payload, numbered_record(77));
  append_record(payload, numbered_record(78));
  append_record(payload, numbered_record(79));
  append_record(payload, numbered_record(80));
  forged += encode_frame(payload, 4, "another key", link);
  forged += encode_frame("", 0, "another key", link);
  ASSERT_OK(write_file_durably(segment(4), forged));
  EXPECT_THAT(result().problems, testing::Contains(HasSubstr("audit-00000000000000000004.log was changed")));
  EXPECT_THAT(result("another key").problems, Not(IsEmpty())) << "the others have the right key";
}

TEST_F(VerifyTest, AMissingSegmentIsSeen) {
  fs::remove(segment(4));
  EXPECT_THAT(result().problems, ElementsAre(HasSubstr("records from 4 on are missing before it")));
}

TEST_F(VerifyTest, AMissingBeginningIsSeenUnlessTheLogLetItGo) {
  fs::remove(segment(0));
  EXPECT_THAT(result().problems, ElementsAre("records 0 to 3 are missing, and nothing says that they were let go"));
  SegmentWriter writer = open(1);
  clock_.advance(24h);
  std::string payload;
  append_record(payload, numbered_record(12));
  ASSERT_OK(writer.write(payload, 1));  // lets go of what is older than a day, and says so
  const Verification all = result();
  EXPECT_THAT(all.problems, IsEmpty());
  EXPECT_GT(all.first_sequence, 4U);
}

TEST_F(VerifyTest, ACutEndIsUnclosedAndACutMiddleAProblem) {
  fs::resize_file(segment(8), fs::file_size(segment(8)) - 44);  // its closing frame
  EXPECT_THAT(result().problems, IsEmpty()) << "a crash looks the same";
  EXPECT_THAT(result().unclosed, ElementsAre(segment_name(8)));
  fs::resize_file(segment(4), fs::file_size(segment(4)) - 100);
  EXPECT_THAT(result().problems, Not(IsEmpty()));
}

TEST_F(VerifyTest, SwappedAndLengthenedSegmentsAreSeen) {
  fs::rename(segment(0), folder_.path() / "kept");
  fs::rename(segment(4), segment(0));
  fs::rename(folder_.path() / "kept", segment(4));
  EXPECT_THAT(result().problems, testing::Contains(HasSubstr("was renamed")));
}

TEST_F(VerifyTest, BytesAfterTheEndAreSeen) {
  std::ofstream(segment(0), std::ios::app) << "more";
  EXPECT_THAT(result().problems, ElementsAre(HasSubstr("4 bytes after its end")));
}

TEST_F(VerifyTest, NoLogIsNoProblem) {
  const Verification none = unwrap(verify(folder_.path() / "none", kTestKey));
  EXPECT_EQ(none.segments, 0U);
  EXPECT_THAT(none.problems, IsEmpty());
}

}  // namespace
}  // namespace caudal::audit
