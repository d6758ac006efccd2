// SPDX-License-Identifier: Apache-2.0
#include "aws/times.h"

#include <gtest/gtest.h>

namespace caudal::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Timestamp kInstant{seconds(1'369'353'600)};  // 2013-05-24T00:00:00Z, a Friday

TEST(Times, AllFormsOfOneInstant) {
  EXPECT_EQ(to_basic_time(kInstant), "20130524T000000Z");
  EXPECT_EQ(to_http_date(kInstant), "Fri, 24 May 2013 00:00:00 GMT");
  EXPECT_EQ(to_iso_time(kInstant), "2013-05-24T00:00:00.000Z");
  EXPECT_EQ(to_iso_time(kInstant + milliseconds(7)), "2013-05-24T00:00:00.007Z");
}

TEST(Times, ReadBack) {
  for (const seconds offset : {seconds(0), seconds(86'399), seconds(-400'000'000), seconds(2'000'000'000)}) {
    const Timestamp instant = kInstant + offset;
    EXPECT_EQ(parse_basic_time(to_basic_time(instant)), instant);
    EXPECT_EQ(parse_http_date(to_http_date(instant)), instant);
    EXPECT_EQ(parse_iso_time(to_iso_time(instant)), instant);
  }
}

TEST(Times, IsoVariants) {
  EXPECT_EQ(parse_iso_time("2013-05-24T00:00:00Z"), kInstant);
  EXPECT_EQ(parse_iso_time("2013-05-24T00:00:00.5Z"), kInstant + milliseconds(500));
  EXPECT_EQ(parse_iso_time("2013-05-24T00:00:00.123456789Z"), kInstant + std::chrono::microseconds(123'456));
  EXPECT_EQ(parse_iso_time("2013-05-24T01:30:00+01:30"), kInstant);
  EXPECT_EQ(parse_iso_time("2013-05-23T22:00:00-02:00"), kInstant);
}

TEST(Times, RefusesWhatIsNoInstant) {
  for (const std::string_view text :
       {"", "20130524", "20130524T000000", "20131324T000000Z", "20130230T000000Z", "20130524T250000Z",
        "20130524T000000Zx", "2013-05-24T00:00:00Z", "-0130524T000000Z"}) {
    EXPECT_EQ(parse_basic_time(text), std::nullopt) << text;
  }
  for (const std::string_view text : {"", "Fri, 24 Mai 2013 00:00:00 GMT", "Fri, 24 May 2013 00:00:00 UTC",
                                      "24 May 2013 00:00:00 GMT", "Fri, 31 Feb 2013 00:00:00 GMT"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
  for (const std::string_view text : {"2013-05-24", "2013-05-24T00:00:00", "2013-05-24T00:00:00.Z",
                                      "2013-05-24T00:00:00+0100", "2013-05-24 00:00:00Z"}) {
    EXPECT_EQ(parse_iso_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace caudal::aws
