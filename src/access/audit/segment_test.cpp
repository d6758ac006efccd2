// SPDX-License-Identifier: Apache-2.0
// Segments as bytes, and the writer's rotation and retention.
#include "access/audit/segment.h"

#include <gtest/gtest.h>

#include <fstream>

#include "access/audit/segment_writer.h"
#include "access/audit/testing/records.h"
#include "base/crc.h"
#include "base/digest.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::audit {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class SegmentTest : public testing::Test {
 protected:
  SegmentWriter writer(uint64_t segment_bytes = 1 << 20, int64_t keep_days = 0) {
    return unwrap(
        SegmentWriter::open(folder_.path(), clock_,
                            {.key = std::string(kTestKey), .segment_bytes = segment_bytes, .keep_days = keep_days}));
  }
  void write(SegmentWriter& to, uint64_t first, uint32_t count) {
    std::string payload;
    for (uint32_t index = 0; index < count; ++index) append_record(payload, numbered_record(first + index));
    ASSERT_OK(to.write(payload, count));
  }
  std::vector<uint64_t> first_sequences() {
    std::vector<uint64_t> all;
    for (const SegmentFile& segment : unwrap(list_segments(folder_.path()))) all.push_back(segment.first_sequence);
    return all;
  }

  TemporaryDirectory folder_;
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1)) + 23h};
};

using Sequences = std::vector<uint64_t>;

TEST_F(SegmentTest, FramesComeBackAndTheClosingOneIsLast) {
  SegmentWriter to = writer();
  write(to, 0, 3);
  write(to, 3, 1);
  ASSERT_OK(to.close());
  SegmentReader reader = unwrap(SegmentReader::open(folder_.path() / segment_name(0)));
  EXPECT_EQ(reader.header().created, clock_.now());
  EXPECT_EQ(unwrap(reader.next())->records, 3U);
  const auto second = unwrap(reader.next());
  std::string_view payload = second->payload();
  EXPECT_EQ(unwrap(take_record(payload)).resource, "3");
  EXPECT_TRUE(unwrap(reader.next())->closing());
  EXPECT_FALSE(unwrap(reader.next()));
  EXPECT_EQ(reader.torn_bytes(), 0U);
}

TEST_F(SegmentTest, AFrameThatIsNotWholeIsNoFrame) {
  {
    SegmentWriter to = writer();
    write(to, 0, 1);
    write(to, 1, 1);
  }
  const fs::path path = folder_.path() / segment_name(0);
  const auto size = fs::file_size(path);
  for (uint64_t cut = 1; cut < 40; ++cut) {
    fs::resize_file(path, size - cut);
    SegmentReader reader = unwrap(SegmentReader::open(path));
    EXPECT_TRUE(unwrap(reader.next()));
    EXPECT_FALSE(unwrap(reader.next())) << cut;
    EXPECT_GT(reader.torn_bytes(), 0U);
  }
  fs::resize_file(path, size);  // grown by zeros, as a crash of the machine can leave it
  SegmentReader reader = unwrap(SegmentReader::open(path));
  EXPECT_TRUE(unwrap(reader.next()));
  EXPECT_FALSE(unwrap(reader.next()));
}

TEST_F(SegmentTest, AnotherBeginsWithTheDayAndWithTheSize) {
  SegmentWriter to = writer(1000);
  write(to, 0, 1);
  write(to, 1, 10);  // past the size
  write(to, 11, 1);
  clock_.advance(1h);  // midnight
  write(to, 12, 1);
  EXPECT_EQ(first_sequences(), (Sequences{0, 11, 12}));
}

TEST_F(SegmentTest, AWriterGoesOnWhereTheLastOneStoodAlsoAfterACrash) {
  {
    SegmentWriter first = writer();
    write(first, 0, 2);  // not closed
  }
  std::ofstream(folder_.path() / segment_name(0), std::ios::app | std::ios::binary) << "torn";
  {
    SegmentWriter second = writer();
    EXPECT_EQ(second.next_sequence(), 2U);
    write(second, 2, 1);
    ASSERT_OK(second.close());
  }
  std::ofstream(folder_.path() / segment_name(3)) << "half a hea";  // begun, and then the power went
  SegmentWriter third = writer();
  EXPECT_EQ(third.next_sequence(), 3U);
  write(third, 3, 1);
  EXPECT_EQ(first_sequences(), (Sequences{0, 2, 3}));
}

TEST_F(SegmentTest, WhatIsOldIsLetGoAndTheLogSaysSo) {
  SegmentWriter to = writer(1 << 20, 2);
  for (uint64_t day = 0; day < 5; ++day) {
    write(to, day, 1);
    clock_.advance(24h);
  }
  const auto left = unwrap(list_segments(folder_.path()));
  ASSERT_GE(left.size(), 2U);
  EXPECT_GT(left.front().first_sequence, 0U);
  EXPECT_LE(left.size(), 4U);
  SegmentReader last = unwrap(SegmentReader::open(left.back().path));
  const auto frame = unwrap(last.next());
  std::string_view payload = frame->payload();
  const Record told = unwrap(take_record(payload));
  EXPECT_EQ(told.operation, kForgetOperation);
  EXPECT_EQ(told.resource, std::to_string(left.front().first_sequence));
}

TEST_F(SegmentTest, OtherFilesAreLeftAlone) {
  std::ofstream(folder_.path() / "audit-1.log") << "x";
  std::ofstream(folder_.path() / "audit-0000000000000000000x.log") << "x";
  EXPECT_EQ(first_sequences(), Sequences{});
  EXPECT_TRUE(unwrap(list_segments(folder_.path() / "none")).empty());
}

// What is on disk stays readable: these bytes were made by the first version, and may never be read otherwise.
TEST(SegmentFormat, IsTheOneThatIsWrittenDown) {
  SegmentHeader header{.first_sequence = 258, .created = Timestamp(std::chrono::microseconds(1))};
  header.previous.fill('\x07');
  const std::string bytes = encode_header(header);
  EXPECT_EQ(bytes, std::string("CAUDALAUDIT1\n") + std::string("\x02\x01\0\0\0\0\0\0", 8) +
                       std::string("\x01\0\0\0\0\0\0\0", 8) + std::string(32, '\x07'));
  Link link = first_link(bytes, "key");
  EXPECT_EQ(link, hmac_sha256("key", bytes));
  const Link before = link;
  const std::string frame = encode_frame("payload", 2, "key", link);
  const std::string sizes = std::string("\x07\0\0\0\x02\0\0\0", 8);
  const uint32_t crc = crc32c(crc32c(0, sizes), "payload");
  std::string checked = sizes;
  for (int shift = 0; shift < 32; shift += 8) checked += static_cast<char>(crc >> shift);
  checked += "payload";
  EXPECT_EQ(link, hmac_sha256("key", std::string(view(before)) + checked));
  EXPECT_EQ(frame, checked + std::string(view(link)));
  EXPECT_EQ(segment_name(258), "audit-00000000000000000258.log");
}

TEST(SegmentFormat, OfAnotherFileIsRefused) {
  const TemporaryDirectory folder;
  for (const std::string& content : {std::string(), std::string("CAUDALAUDIT1\n"), std::string(200, 'x'),
                                     std::string("CAUDALAUDIT2\n") + std::string(100, '\0')}) {
    std::ofstream(folder.path() / "x", std::ios::binary) << content;
    EXPECT_TRUE(SegmentReader::open(folder.path() / "x").error().is(ErrorClass::kCorrupt)) << content.size();
  }
  EXPECT_TRUE(SegmentReader::open(folder.path() / "none").error().is(ErrorClass::kNotFound));
}

}  // namespace
}  // namespace caudal::audit
