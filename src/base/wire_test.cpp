// SPDX-License-Identifier: Apache-2.0
#include "base/wire.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"
#include "base/testing/result_matchers.h"

namespace caudal {
namespace {

TEST(Wire, ReadsBackWhatWasWritten) {
  WireWriter out;
  out.varint(0).varint(127).varint(128).varint(std::numeric_limits<uint64_t>::max());
  out.signed_varint(-1).signed_varint(std::numeric_limits<int64_t>::min()).fixed64(0x0102030405060708);
  out.boolean(true).boolean(false).text("").text(std::string("a\0b", 3));
  const std::string row = out.take();
  WireReader in(row);
  EXPECT_EQ(unwrap(in.varint()), 0u);
  EXPECT_EQ(unwrap(in.varint()), 127u);
  EXPECT_EQ(unwrap(in.varint()), 128u);
  EXPECT_EQ(unwrap(in.varint()), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(unwrap(in.signed_varint()), -1);
  EXPECT_EQ(unwrap(in.signed_varint()), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(unwrap(in.fixed64()), 0x0102030405060708u);
  EXPECT_TRUE(unwrap(in.boolean()));
  EXPECT_FALSE(unwrap(in.boolean()));
  EXPECT_EQ(unwrap(in.text()), "");
  EXPECT_EQ(unwrap(in.text()), std::string_view("a\0b", 3));
  EXPECT_OK(in.finish());
}

TEST(Wire, EveryTruncationIsCorruption) {
  WireWriter out;
  out.varint(300).text("hello").fixed64(7).boolean(true);
  const std::string row = out.take();
  for (size_t size = 0; size < row.size(); ++size) {
    WireReader in(std::string_view(row).substr(0, size));
    const auto read_all = [&]() -> Result<void> {
      TRY(in.varint());
      TRY(in.text());
      TRY(in.fixed64());
      TRY(in.boolean());
      return {};
    };
    const Result<void> result = read_all();
    ASSERT_FALSE(result) << size;
    EXPECT_TRUE(result.error().is(ErrorClass::kCorrupt));
  }
}

TEST(Wire, RefusesWhatNoWriterMakes) {
  EXPECT_FALSE(WireReader("\x80").varint());
  EXPECT_FALSE(WireReader(std::string_view("\x80\x00", 2)).varint()) << "overlong";
  EXPECT_FALSE(WireReader("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02").varint()) << "65 bits";
  EXPECT_FALSE(WireReader("\x02").boolean());
  EXPECT_FALSE(WireReader("\x7f"
                          "abc")
                   .text());
  EXPECT_FALSE(WireReader("\x7f"
                          "abc")
                   .count());
  EXPECT_FALSE(WireReader("left over").finish());
}

TEST(Wire, SurvivesRandomNumbers) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int i = 0; i < 2000; ++i) {
    const uint64_t value = random.next() >> random.below(64);
    const auto negative = -static_cast<int64_t>(value >> 1);
    const std::string row = WireWriter().varint(value).signed_varint(negative).take();
    WireReader in(row);
    ASSERT_EQ(unwrap(in.varint()), value);
    ASSERT_EQ(unwrap(in.signed_varint()), negative);
    ASSERT_TRUE(in.at_end());
  }
}

}  // namespace
}  // namespace caudal
