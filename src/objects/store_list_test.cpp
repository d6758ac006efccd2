// SPDX-License-Identifier: Apache-2.0
// Listing: order, prefixes, delimiters, pages.
#include <set>

#include "base/random.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

using namespace std::string_literals;

class ListTest : public StoreFixture {
 protected:
  ListTest() {
    EXPECT_OK(store_->create_bucket("raw"));
    EXPECT_OK(store_->create_bucket("raw2"));
    EXPECT_OK(put({"raw2", "elsewhere"}, ""));
  }
  void put_all(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) ASSERT_OK(put({"raw", key}, ""));
  }
};

TEST_F(ListTest, IsInByteOrderAndStaysInItsBucket) {
  put_all({"b", "a", "B", "a/b", "a.", "\xc3\xa9", "a\0"s});
  EXPECT_EQ(names({.bucket = "raw"}), "B a a\0 a. a/b b \xc3\xa9 "s);
  EXPECT_EQ(names({.bucket = "raw", .prefix = "a/"}), "a/b ");
  EXPECT_EQ(names({.bucket = "raw", .prefix = "zz"}), "");
}

TEST_F(ListTest, RollsUpCommonPrefixes) {
  put_all({"ano=2023/mes=12/x", "ano=2024/mes=01/x", "ano=2024/mes=01/y", "ano=2024/mes=02/x", "top"});
  EXPECT_EQ(names({.bucket = "raw", .delimiter = "/"}), "top [ano=2023/] [ano=2024/] ");
  EXPECT_EQ(names({.bucket = "raw", .prefix = "ano=2024/", .delimiter = "/"}),
            "[ano=2024/mes=01/] [ano=2024/mes=02/] ");
  EXPECT_EQ(names({.bucket = "raw", .prefix = "ano=2024/mes=01/", .delimiter = "/"}),
            "ano=2024/mes=01/x ano=2024/mes=01/y ");
  EXPECT_EQ(names({.bucket = "raw", .delimiter = "mes="}), "top [ano=2023/mes=] [ano=2024/mes=] ");
}

TEST_F(ListTest, AFolderMarkerIsAnObjectOfItsOwnFolder) {
  put_all({"a/", "a/b", "a//c"});
  EXPECT_EQ(names({.bucket = "raw", .delimiter = "/"}), "[a/] ");
  EXPECT_EQ(names({.bucket = "raw", .prefix = "a/", .delimiter = "/"}), "a/ a/b [a//] ");
}

TEST_F(ListTest, StartsAfterAKey) {
  put_all({"a", "b", "c/1", "c/2", "d"});
  EXPECT_EQ(names({.bucket = "raw", .start_after = "b"}), "c/1 c/2 d ");
  EXPECT_EQ(names({.bucket = "raw", .start_after = "bb"}), "c/1 c/2 d ");
  EXPECT_EQ(names({.bucket = "raw", .prefix = "c", .start_after = "a"}), "c/1 c/2 ");
  EXPECT_EQ(names({.bucket = "raw", .prefix = "c", .start_after = "z"}), "");
  EXPECT_EQ(names({.bucket = "raw", .delimiter = "/", .start_after = "c/"}), "d ");
}

TEST_F(ListTest, RefusesAForeignContinuation) {
  EXPECT_EQ(store_->list({.bucket = "raw", .continuation = "no"}).error().code, Errc::invalid_argument);
}

TEST_F(ListTest, NoKeysMeansNoPage) {
  put_all({"a"});
  const ListPage page = unwrap(store_->list({.bucket = "raw", .max_keys = 0}));
  EXPECT_TRUE(page.objects.empty());
  EXPECT_EQ(page.next, std::nullopt);
}

TEST_F(ListTest, APageHoldsAtMost1000) {
  std::vector<std::string> keys;
  for (int i = 0; i < 1001; ++i) keys.push_back(std::to_string(10'000 + i));
  for (const std::string& key : keys) ASSERT_OK(put({"raw", key}, ""));
  const ListPage page = unwrap(store_->list({.bucket = "raw", .max_keys = 5000}));
  EXPECT_EQ(page.objects.size(), 1000u);
  const ListPage rest = unwrap(store_->list({.bucket = "raw", .continuation = page.next, .max_keys = 5000}));
  ASSERT_EQ(rest.objects.size(), 1u);
  EXPECT_EQ(rest.objects[0].key, keys.back());
  EXPECT_EQ(rest.next, std::nullopt);
}

// What a list must give, from the definition.
std::vector<std::string> expected_list(const std::set<std::string>& keys, const ListRequest& request) {
  std::set<std::string> found;
  for (const std::string& key : keys) {
    if (!key.starts_with(request.prefix) || key <= request.start_after) continue;
    const size_t at =
        request.delimiter.empty() ? std::string::npos : key.find(request.delimiter, request.prefix.size());
    if (at == std::string::npos) {
      found.insert(key);
    } else {
      found.insert("[" + key.substr(0, at + request.delimiter.size()));
    }
  }
  return {found.begin(), found.end()};
}

TEST_F(ListTest, PagesOfAnySizeAddUpToTheWhole) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  const auto text = [&](uint64_t max_size) {
    std::string value(random.below(max_size + 1), '\0');
    for (char& c : value) c = "ab/\0"[random.below(4)];
    return value;
  };
  std::set<std::string> keys;
  for (int i = 0; i < 150; ++i) keys.insert("k" + text(6));
  for (const std::string& key : keys) ASSERT_OK(put({"raw", key}, ""));
  for (int round = 0; round < 200; ++round) {
    ListRequest request{.bucket = "raw"};
    if (random.chance(0.5)) request.prefix = "k" + text(2);
    if (random.chance(0.7)) request.delimiter = random.chance(0.7) ? "/" : "ab";
    request.max_keys = static_cast<uint32_t>(random.between(1, 20));
    std::vector<std::string> seen;
    for (;;) {
      const ListPage page = unwrap(store_->list(request));
      for (const ObjectInfo& info : page.objects) seen.push_back(info.key);
      for (const std::string& prefix : page.common_prefixes) seen.push_back("[" + prefix);
      ASSERT_LE(page.objects.size() + page.common_prefixes.size(), request.max_keys);
      if (!page.next) break;
      request.continuation = page.next;
    }
    std::sort(seen.begin(), seen.end());
    ASSERT_EQ(seen, expected_list(keys, request)) << "prefix " << request.prefix << " delimiter " << request.delimiter;
  }
}

}  // namespace
}  // namespace caudal::objects
