// SPDX-License-Identifier: Apache-2.0
// Puts that hold no thread: they end as those do that somebody waits for; and what the store keeps in memory of its
// buckets is what the disk has.
#include <atomic>
#include <functional>
#include <latch>
#include <thread>

#include "base/checksum.h"
#include "base/encoding.h"
#include "objects/blobs.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class PutLaterTest : public StoreFixture {
 protected:
  PutLaterTest() { EXPECT_OK(store_->create_bucket("raw")); }
  void put_later(const ObjectRef& ref, std::string_view bytes, const PutOptions& options, Store::PutDone done) {
    TextSource source(bytes);
    store_->put_later(ref, source, options, std::move(done));
  }
  Result<ObjectInfo> put_and_wait(const ObjectRef& ref, std::string_view bytes, const PutOptions& options = {}) {
    std::latch told{1};
    std::optional<Result<ObjectInfo>> outcome;
    put_later(ref, bytes, options, [&](Result<ObjectInfo> result) {
      outcome = std::move(result);
      told.count_down();
    });
    told.wait();
    return *std::move(outcome);
  }
  static void run(int count, const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }
  const ObjectRef ref_{"raw", "k"};
};

TEST_F(PutLaterTest, IsThereOnceItIsToldAndAfterAReopen) {
  const std::string small = test_bytes(4096);
  const std::string large = test_bytes(40'000);
  const ObjectInfo told = unwrap(put_and_wait({"raw", "small"}, small));
  EXPECT_EQ(told.etag, unwrap(put({"raw", "same"}, small)).etag);
  EXPECT_EQ(told.checksums, unwrap(store_->head({"raw", "same"})).checksums);
  ASSERT_OK(put_and_wait({"raw", "large"}, large));
  ASSERT_OK(put_and_wait({"raw", "empty"}, ""));
  EXPECT_EQ(unwrap(get({"raw", "small"})), small);
  open();
  EXPECT_EQ(unwrap(get({"raw", "small"})), small);
  EXPECT_EQ(unwrap(get({"raw", "large"})), large);
  EXPECT_EQ(unwrap(get({"raw", "empty"})), "");
}

// Whoever comes alone, and those whose bodies are hashed together, of any length.
TEST_F(PutLaterTest, EachOfManyHasTheEtagOfItsOwnBody) {
  const std::string bytes = test_bytes(kInlineBytes);
  const auto body = [&](int n) { return std::string_view(bytes).substr(0, static_cast<size_t>(1 + n * 37 % 8000)); };
  constexpr int kThreads = 40;
  constexpr int kEach = 40;
  std::latch told{kThreads * kEach / 2};
  run(kThreads, [&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      const int n = thread * kEach + i;
      const ObjectRef ref{"raw", std::to_string(n)};
      if (n % 2 == 0) {
        EXPECT_EQ(unwrap(put(ref, body(n))).etag, to_hex(md5_of(body(n))));
        continue;
      }
      put_later(ref, body(n), {}, [&, n](const Result<ObjectInfo>& result) {
        EXPECT_OK(result);
        if (result) EXPECT_EQ(result->etag, to_hex(md5_of(body(n))));
        told.count_down();
      });
    }
  });
  told.wait();
  open();
  for (int n = 0; n < kThreads * kEach; ++n) {
    const ObjectInfo info = unwrap(store_->head({"raw", std::to_string(n)}));
    ASSERT_EQ(info.etag, to_hex(md5_of(body(n))));
    ASSERT_EQ(info.size_bytes, body(n).size());
  }
}

TEST_F(PutLaterTest, WhatIsRefusedIsToldAndHoldsNothing) {
  PutOptions wrong;
  wrong.expected_md5 = std::string(16, 'x');
  EXPECT_EQ(put_and_wait(ref_, "body", wrong).error().code, Errc::checksum_mismatch);
  EXPECT_EQ(put_and_wait({"none", "k"}, "body").error().code, Errc::no_such_bucket);
  PutOptions must_be_new;
  must_be_new.preconditions.if_none_match = "*";
  ASSERT_OK(put_and_wait(ref_, "first", must_be_new));
  EXPECT_EQ(put_and_wait(ref_, "second", must_be_new).error().code, Errc::precondition_failed);
  EXPECT_EQ(unwrap(get(ref_)), "first");
  ASSERT_OK(put(ref_, "third"));
  ASSERT_OK(store_->remove(ref_));
  ASSERT_OK(store_->delete_bucket("raw"));
}

TEST_F(PutLaterTest, WhatItReplacesGoes) {
  ASSERT_OK(put(ref_, test_bytes(40'000)));
  EXPECT_EQ(count_files(), 1U);
  ASSERT_OK(put_and_wait(ref_, "small"));
  EXPECT_EQ(count_files(), 0U);
  ASSERT_OK(put_and_wait(ref_, test_bytes(40'000)));
  EXPECT_EQ(count_files(), 1U);
}

TEST_F(PutLaterTest, OneOfManyCreatesTheObjectAndNoneIsForgotten) {
  PutOptions must_be_new;
  must_be_new.preconditions.if_none_match = "*";
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  std::atomic<int> created = 0;
  std::atomic<int> refused = 0;
  std::latch told{kThreads * kEach};
  run(kThreads, [&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      put_later({"raw", std::to_string(i)}, std::to_string(thread), must_be_new, [&](const Result<ObjectInfo>& result) {
        ++(result ? created : refused);
        if (!result) EXPECT_EQ(result.error().code, Errc::precondition_failed);
        told.count_down();
      });
    }
  });
  told.wait();
  EXPECT_EQ(created, kEach);
  EXPECT_EQ(refused, (kThreads - 1) * kEach);
}

TEST_F(PutLaterTest, VersioningThatIsSwitchedMeanwhileHoldsFromThenOn) {
  constexpr int kPuts = 300;
  std::latch told{kPuts};
  std::atomic<int> with_version = 0;
  std::atomic<bool> enabled = false;
  std::thread switching([&] {
    EXPECT_OK(store_->set_versioning("raw", Versioning::kEnabled));
    enabled = true;
  });
  for (int i = 0; i < kPuts; ++i) {
    const bool must_have_one = enabled;
    put_later(ref_, std::to_string(i), {}, [&, must_have_one](const Result<ObjectInfo>& result) {
      EXPECT_OK(result);
      if (result && result->version != kNullVersion) ++with_version;
      if (must_have_one && result) EXPECT_NE(result->version, kNullVersion);
      told.count_down();
    });
  }
  switching.join();
  told.wait();
  ASSERT_OK(put_and_wait(ref_, "last"));
  EXPECT_EQ(unwrap(get(ref_)), "last");
  const ListVersionsPage page = unwrap(store_->list_versions({.bucket = "raw"}));
  const size_t nulls = with_version < kPuts ? 1 : 0;
  EXPECT_EQ(page.versions.size(), static_cast<size_t>(with_version) + nulls + 1);
}

TEST_F(PutLaterTest, ABucketThatComesAndGoesMeanwhileHasAllThatWasToldOrNothing) {
  std::atomic<bool> over = false;
  std::thread owner([&] {
    for (int round = 0; round < 20; ++round) {
      EXPECT_OK(store_->create_bucket("there"));
      const auto removed = store_->delete_bucket("there");
      if (!removed) {
        EXPECT_EQ(removed.error().code, Errc::bucket_not_empty);
        EXPECT_OK(store_->remove({"there", "k"}));
        const auto again = store_->delete_bucket("there");
        if (!again) EXPECT_EQ(again.error().code, Errc::bucket_not_empty);
        while (store_->bucket("there")) {
          EXPECT_OK(store_->remove({"there", "k"}));
          (void)store_->delete_bucket("there");
        }
      }
    }
    over = true;
  });
  while (!over) {
    const auto result = put_and_wait({"there", "k"}, "x");
    if (!result) EXPECT_EQ(result.error().code, Errc::no_such_bucket) << result.error().message;
  }
  owner.join();
  EXPECT_EQ(get({"there", "k"}).error().code, Errc::no_such_bucket);
  ASSERT_OK(store_->create_bucket("there"));
  EXPECT_EQ(get({"there", "k"}).error().code, Errc::no_such_key) << "of a bucket made anew nothing is left";
}

TEST_F(PutLaterTest, AFullDiskIsToldAndNothingOfItIsThere) {
  ASSERT_OK(put(ref_, "old"));
  for (uint64_t step = 0; step < 4; ++step) {
    plan_.fail_after(step, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
    std::string expected = unwrap(get(ref_));
    for (int attempt = 0; attempt < 2; ++attempt) {
      const std::string value = std::to_string(step) + "/" + std::to_string(attempt);
      const auto result = put_and_wait(ref_, value);
      if (result) expected = value;
      if (!result) EXPECT_TRUE(result.error().is(ErrorClass::kNoSpace)) << result.error().message;
      EXPECT_EQ(unwrap(get(ref_)), expected);
    }
    plan_.disarm();
    ASSERT_OK(put_and_wait(ref_, "with room"));
    EXPECT_EQ(unwrap(get(ref_)), "with room");
  }
}

TEST(RowIds, ComeInTheOrderOfTimeAndAreUnlikeEachOther) {
  const Timestamp now(std::chrono::seconds(1'700'000'000));
  EXPECT_LT(new_row_id(now), new_row_id(now + std::chrono::microseconds(1)));
  EXPECT_LT(new_row_id(now + std::chrono::microseconds(255)), new_row_id(now + std::chrono::microseconds(256)));
  EXPECT_NE(new_row_id(now), new_row_id(now));
  EXPECT_EQ(new_row_id(now).size(), new_body_id().size());
}

TEST_F(PutLaterTest, BucketsInMemoryAreThoseOnDisk) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  ASSERT_OK(store_->put_setting("raw", settings::kNotification, "{}"));
  open();
  EXPECT_EQ(unwrap(store_->bucket("raw")).versioning, Versioning::kEnabled);
  EXPECT_TRUE(unwrap(store_->bucket("raw")).keeps_events);
  ASSERT_OK(store_->remove_setting("raw", settings::kNotification));
  EXPECT_FALSE(unwrap(store_->bucket("raw")).keeps_events);
  // A change that could not be written is none.
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(store_->create_bucket("more"));
  EXPECT_FALSE(store_->set_versioning("raw", Versioning::kSuspended));
  EXPECT_FALSE(store_->delete_bucket("raw"));
  plan_.disarm();
  EXPECT_EQ(store_->bucket("more").error().code, Errc::no_such_bucket);
  EXPECT_EQ(unwrap(store_->bucket("raw")).versioning, Versioning::kEnabled);
  ASSERT_OK(store_->delete_bucket("raw"));
  ASSERT_OK(store_->create_bucket("raw"));
  EXPECT_EQ(unwrap(store_->bucket("raw")).versioning, Versioning::kOff) << "not that of the one before";
}

}  // namespace
}  // namespace caudal::objects
