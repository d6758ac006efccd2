// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <gtest/gtest.h>

namespace caudal {
namespace {

TEST(Random, IsTheSameForOneSeedEverywhere) {
  Random random(42);
  EXPECT_EQ(random.next(), 13679457532755275413ULL);  // splitmix64's published sequence for seed 42
  EXPECT_EQ(random.next(), 2949826092126892291ULL);
}

TEST(Random, StaysInItsBounds) {
  Random random(7);
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_LT(random.below(3), 3u);
    const int64_t value = random.between(-2, 2);
    EXPECT_TRUE(value >= -2 && value <= 2);
    EXPECT_LT(random.unit(), 1.0);
  }
}

TEST(SecureRandom, GivesHexOfTheAskedLength) { EXPECT_EQ(secure_random_hex(16).size(), 32u); }

}  // namespace
}  // namespace caudal
