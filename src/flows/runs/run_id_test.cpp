// SPDX-License-Identifier: Apache-2.0
#include "flows/runs/run_id.h"

#include <gtest/gtest.h>

#include "base/date.h"
#include "base/testing/result_matchers.h"

namespace caudal::runs {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow = unwrap(parse_date("2024-02-01")) + 6h + 3s;

TEST(RunId, TellsTheSecondItBeganAndParsesBack) {
  Random random(1);
  const RunId id = RunId::make(kNow, random);
  EXPECT_EQ(id.text().substr(0, 16), "20240201T060003-");
  EXPECT_EQ(id.text().size(), RunId::kSize);
  EXPECT_EQ(unwrap(RunId::parse(id.text())), id);
}

TEST(RunId, AlwaysSortsAfterThePreviousOneWhateverTheClockDoes) {
  constexpr uint64_t kSeed = 77;
  Random random(kSeed);
  RunId previous;
  Timestamp now = kNow;
  for (int i = 0; i < 20000; ++i) {
    const RunId id = RunId::make(now, random, previous);
    ASSERT_GT(id, previous) << "seed " << kSeed << " case " << i;
    ASSERT_OK(RunId::parse(id.text())) << id.text();
    previous = id;
    if (random.chance(0.01)) now += std::chrono::seconds(random.between(-7200, 3600));
  }
}

TEST(RunId, RefusesOtherText) {
  for (const char* text : {"", "20240201T060003", "20240201T060003-4f2a9", "20240201T060003-4F2A91",
                           "20240201x060003-4f2a91", "20240231T060003-4f2a91", "20240201T240003-4f2a91",
                           "20240201T066003-4f2a91", "../../etc/passwd-12345", "20240201T060003-4f2a91 "}) {
    const auto result = RunId::parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_TRUE(result.error().is(ErrorClass::kUsage));
    EXPECT_NE(result.error().message.find("20240201T060003-4f2a91"), std::string::npos);
  }
}

}  // namespace
}  // namespace caudal::runs
