// SPDX-License-Identifier: Apache-2.0
#include "kv/key.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "base/testing/result_matchers.h"

namespace caudal::kv {
namespace {

using namespace std::string_literals;

TEST(Key, TextsCompareAsTheirValues) {
  const std::vector<std::string> ascending = {"",   "\0"s,  "\0\0"s,    "\0\1"s, "\0\xff"s, "\1",
                                              "a",  "a\0"s, "a\0b"s,    "a\1",   "a/",      "a/b",
                                              "ab", "b",    "\xc3\xa9", "\xff",  "\xff\xff"};
  for (size_t i = 0; i + 1 < ascending.size(); ++i) {
    // What follows must not disturb the order: the smaller text gets the larger rest.
    const std::string smaller = KeyWriter().text(ascending[i]).u64(~uint64_t{0}).take();
    const std::string larger = KeyWriter().text(ascending[i + 1]).u64(0).take();
    EXPECT_LT(smaller, larger) << i;
  }
}

TEST(Key, RandomPairsKeepTheirOrderAndReadBack) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  const auto text = [&] {
    std::string value(random.below(6), '\0');
    for (char& c : value) c = "\0\1\xff/a"[random.below(5)];
    return value;
  };
  for (int i = 0; i < 5000; ++i) {
    const std::pair<std::string, std::string> a(text(), text());
    const std::pair<std::string, std::string> b(text(), text());
    const std::string key_a = KeyWriter().text(a.first).text(a.second).take();
    const std::string key_b = KeyWriter().text(b.first).text(b.second).take();
    ASSERT_EQ(a < b, key_a < key_b);
    KeyReader in(key_a);
    ASSERT_EQ(unwrap(in.text()), a.first);
    ASSERT_EQ(unwrap(in.text()), a.second);
    ASSERT_TRUE(in.rest().empty());
    ASSERT_TRUE(KeyWriter().text(a.first + a.second).bytes().starts_with(KeyWriter().text_prefix(a.first).bytes()));
  }
}

TEST(Key, NumbersAscendOrDescend) {
  EXPECT_LT(KeyWriter().u64(255).bytes(), KeyWriter().u64(256).bytes());
  EXPECT_GT(KeyWriter().u64_descending(255).bytes(), KeyWriter().u64_descending(256).bytes());
  const std::string key = KeyWriter().u64(7).u64_descending(9).raw("rest").take();
  KeyReader in(key);
  EXPECT_EQ(unwrap(in.u64()), 7u);
  EXPECT_EQ(unwrap(in.u64_descending()), 9u);
  EXPECT_EQ(in.rest(), "rest");
}

TEST(Key, DamagedKeysAreCorruption) {
  for (const std::string& bytes : {"abc"s, "a\0"s, "a\0\2"s, ""s}) {
    const auto result = KeyReader(bytes).text();
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().is(ErrorClass::kCorrupt));
  }
  EXPECT_FALSE(KeyReader("1234567").u64());
}

TEST(PrefixEnd, IsTheFirstKeyBeyond) {
  EXPECT_EQ(prefix_end("ab"), "ac");
  EXPECT_EQ(prefix_end("a\xff\xff"), "b");
  EXPECT_EQ(prefix_end("\xff"), std::nullopt);
  EXPECT_EQ(prefix_end(""), std::nullopt);
}

}  // namespace
}  // namespace caudal::kv
