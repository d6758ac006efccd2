// SPDX-License-Identifier: Apache-2.0
#include "flows/engine/key_filter.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace caudal::flows::engine {
namespace {

// Hashes as good as DuckDB's.
std::vector<uint64_t> hashes(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<uint64_t> made(count);
  for (uint64_t& hash : made) hash = random.next();
  return made;
}

TEST(KeyFilter, NeverMissesARepeat) {
  KeyFilter filter(100'000);
  const auto keys = hashes(200'000, 1);  // twice what it was told
  for (const uint64_t key : keys) filter.add(key);
  for (const uint64_t key : keys) ASSERT_TRUE(filter.add(key));
}

TEST(KeyFilter, ManyAtOnceAreTheSameAsOneByOne) {
  KeyFilter one(1'000);
  KeyFilter many(1'000);
  auto keys = hashes(5'000, 2);
  keys.insert(keys.end(), keys.begin(), keys.begin() + 100);
  std::vector<uint64_t> expected;
  for (const uint64_t key : keys) {
    if (one.add(key)) expected.push_back(key);
  }
  std::vector<uint64_t> suspects;
  many.add(std::span(keys).first(3'000), suspects);
  many.add(std::span(keys).subspan(3'000), suspects);
  EXPECT_EQ(suspects, expected);
  EXPECT_GE(suspects.size(), 100);
}

TEST(KeyFilter, SuspectsNoNewKeyAmongMillions) {
  for (const size_t count : {1'000, 32'768, 100'000, 1'000'000, 10'000'000}) {
    KeyFilter filter(count);
    size_t suspected = 0;
    for (const uint64_t hash : hashes(count, count)) suspected += filter.add(hash) ? 1 : 0;
    EXPECT_EQ(suspected, 0) << count;
  }
}

TEST(KeyFilter, OfMoreKeysThanItWasToldOfItSuspectsThoseForWhichThereIsNoRoom) {
  constexpr size_t kTold = 100'000;
  KeyFilter filter(kTold);
  const auto keys = hashes(2 * kTold, 3);
  size_t suspected = 0;
  for (size_t i = 0; i < keys.size(); ++i) suspected += filter.add(keys[i]) ? 1 : 0;
  EXPECT_GE(suspected, 2 * kTold - kTold * 5 / 4) << "it has room for no more than a quarter above what it was told";
  EXPECT_LT(suspected, kTold) << "it uses its room";
}

TEST(KeyFilter, HashesThatDifferInOneHalfOnlyAreApart) {
  KeyFilter filter(10'000);
  size_t suspected = 0;
  for (uint64_t i = 0; i < 1'000; ++i) suspected += filter.add(i << 32) ? 1 : 0;
  EXPECT_LE(suspected, 10);
  suspected = 0;
  KeyFilter low(10'000);
  for (uint64_t i = 0; i < 30; ++i) suspected += low.add(i) ? 1 : 0;  // all in one block of 512 bits
  EXPECT_LE(suspected, 10);
}

TEST(KeyFilter, TellsTheSecondFromTheFirst) {
  KeyFilter filter(0);
  EXPECT_FALSE(filter.add(0));
  EXPECT_TRUE(filter.add(0));
  EXPECT_FALSE(filter.add(~uint64_t{0}));
  EXPECT_TRUE(filter.add(~uint64_t{0}));
}

}  // namespace
}  // namespace caudal::flows::engine
