// SPDX-License-Identifier: Apache-2.0
// Reads that must not wait: what is in memory, here or in the kernel's, is found; what is on the disk alone is not
// waited for, and neither damage nor what is not there is mistaken for the other.
#include "kv/prompt_reads.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/random.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "kv/errc.h"
#include "kv/store.h"
#include "kv/testing/page_cache.h"

namespace caudal::kv {
namespace {

class PromptReadsTest : public testing::Test {
 protected:
  PromptReadsTest() { open(); }
  void open() {
    store_.reset();
    store_ = unwrap(Store::open(directory(), {.large_value_families = {"large"}}));
  }
  // Opens what the disk alone has.
  bool open_cold() {
    store_.reset();
    const bool is_cold = drop_from_page_cache(directory());
    open();
    return is_cold;
  }
  std::filesystem::path directory() const { return dir_.path() / "kv"; }
  Family family(std::string_view name) { return unwrap(store_->family(name)); }
  void put(std::string_view name, std::string_view key, std::string_view value) {
    Batch batch;
    batch.put(family(name), key, value);
    ASSERT_OK(store_->commit(std::move(batch)));
  }
  Result<std::optional<std::string>> in_memory(std::string_view name, std::string_view key) {
    return store_->get(family(name), key, Reach::kMemory);
  }
  // That cannot be packed.
  std::string value() {
    std::string bytes;
    while (bytes.size() < 2000) bytes.push_back(static_cast<char>(random_.below(256)));
    return bytes;
  }
  // How many there are; nothing: it would have waited.
  std::optional<size_t> scanned(std::string_view name) {
    Scan scan = store_->scan(family(name), Range::all(), Reach::kMemory);
    size_t count = 0;
    for (; scan.valid(); scan.next()) ++count;
    if (scan.status()) return count;
    EXPECT_EQ(scan.status().error().code, Errc::would_wait);
    return std::nullopt;
  }

  Random random_{1};
  TemporaryDirectory dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(PromptReadsTest, WhatWasWrittenLatelyIsFound) {
  put("a", "key", "value");
  EXPECT_EQ(unwrap(in_memory("a", "key")), "value");
  EXPECT_EQ(unwrap(in_memory("a", "other")), std::nullopt);
  EXPECT_EQ(scanned("a"), 1U);
}

TEST_F(PromptReadsTest, WhatTheKernelHasInMemoryIsFound) {
  if (!knows_prompt_reads(dir_.path())) GTEST_SKIP() << "this file system knows no reads that do not wait";
  for (const char* const name : {"a", "large"}) {
    put(name, "key", std::string(5000, 'x'));
    put(name, "empty", "");
    put(name, "zz", std::string(5000, 'z'));
    ASSERT_OK(store_->compact(family(name)));
  }
  open();
  for (const char* const name : {"a", "large"}) {
    ASSERT_EQ(unwrap(store_->get(family(name), "key")), std::string(5000, 'x'));  // now it has, at least
    open();
    ASSERT_EQ(unwrap(store_->get(family(name), "zz")), std::string(5000, 'z'));  // files are opened by who may wait
    EXPECT_EQ(unwrap(in_memory(name, "key")), std::string(5000, 'x'));
    EXPECT_EQ(unwrap(in_memory(name, "empty")), "");
    EXPECT_EQ(unwrap(in_memory(name, "none")), std::nullopt);
    EXPECT_EQ(scanned(name), 3U);
  }
}

TEST_F(PromptReadsTest, WhatTheDiskAloneHasIsNotWaitedFor) {
  constexpr int kKeys = 5'000;  // the kernel reads ahead, and must not reach the other end
  const std::string first = value();
  for (int from = 0; from < kKeys; from += 500) {
    Batch batch;
    for (int n = from; n < from + 500; ++n) {
      batch.put(family("a"), fmt::format("{:06}", n), n == 0 ? first : value());
    }
    ASSERT_OK(store_->commit(std::move(batch)));
  }
  ASSERT_OK(store_->compact(family("a")));
  if (!open_cold()) GTEST_SKIP() << "this file system keeps files in memory";
  EXPECT_EQ(in_memory("a", "000000").error().code, Errc::would_wait);
  ASSERT_TRUE(open_cold());  // anew, since asking has the kernel read what was asked for
  EXPECT_EQ(scanned("a"), std::nullopt);
  EXPECT_EQ(unwrap(store_->get(family("a"), "000000")), first);
  EXPECT_EQ(unwrap(in_memory("a", "000000")), first) << "now it is in memory";

  // Step by step, each of them asked again where it may wait: nothing is left out, and nothing comes twice.
  ASSERT_TRUE(open_cold());
  int next = 0;
  int waited = 0;
  while (next < kKeys) {
    Range rest = Range::all();
    rest.lower = fmt::format("{:06}", next);
    Scan prompt = store_->scan(family("a"), rest, Reach::kMemory);
    for (; prompt.valid(); prompt.next()) ASSERT_EQ(prompt.key(), fmt::format("{:06}", next++));
    if (prompt.status()) break;
    ASSERT_EQ(prompt.status().error().code, Errc::would_wait);
    ++waited;
    rest.lower = fmt::format("{:06}", next);
    Scan patient = store_->scan(family("a"), rest, Reach::kDisk);
    ASSERT_TRUE(patient.valid());
    ASSERT_EQ(patient.key(), fmt::format("{:06}", next++));
  }
  EXPECT_EQ(next, kKeys);
  EXPECT_GT(waited, 0);
}

TEST_F(PromptReadsTest, DamageIsToldAndNotWaitedFor) {
  if (!knows_prompt_reads(dir_.path())) GTEST_SKIP() << "this file system knows no reads that do not wait";
  put("a", "key", value());
  ASSERT_OK(store_->compact(family("a")));
  store_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(directory())) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << "damage";
  }
  open();
  EXPECT_EQ(store_->get(family("a"), "key").error().code, Errc::corrupt);  // and it is in the page cache
  EXPECT_EQ(in_memory("a", "key").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace caudal::kv
