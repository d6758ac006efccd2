// SPDX-License-Identifier: Apache-2.0
// Many threads on few objects: conditions are decided one at a time, readers see whole bodies, nothing is left over.
#include <atomic>
#include <functional>
#include <thread>

#include "base/encoding.h"
#include "base/random.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class ThreadsTest : public StoreFixture {
 protected:
  ThreadsTest() { EXPECT_OK(store_->create_bucket("raw")); }
  static void run(int count, const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }
  const ObjectRef ref_{"raw", "k"};
};

TEST_F(ThreadsTest, OneOfManyCreatesTheObject) {
  PutOptions must_be_new;
  must_be_new.preconditions.if_none_match = "*";
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> created = 0;
    run(8, [&](int i) {
      const auto result = put(ref_, test_bytes(i % 2 == 0 ? 10 : 20'000, static_cast<uint64_t>(i)), must_be_new);
      if (result) ++created;
      if (!result) EXPECT_EQ(result.error().code, Errc::precondition_failed);
    });
    EXPECT_EQ(created, 1);
    ASSERT_OK(store_->remove(ref_));
    EXPECT_EQ(count_files(), 0u);
  }
}

TEST_F(ThreadsTest, CompareAndSwapCountsEveryThread) {
  ASSERT_OK(put(ref_, "0"));
  run(6, [&](int) {
    for (int added = 0; added < 20;) {
      Reader reader = unwrap(store_->get(ref_));
      const int value = std::stoi(unwrap(read_all(reader)));
      PutOptions unchanged;
      unchanged.preconditions.if_match = reader.info().etag;
      if (put(ref_, std::to_string(value + 1), unchanged)) ++added;
    }
  });
  EXPECT_EQ(unwrap(get(ref_)), "120");
}

TEST_F(ThreadsTest, ReadersSeeWholeBodiesWhateverHappens) {
  std::atomic<int> writers_left = 4;
  std::atomic<uint64_t> reads = 0;
  const auto key = [](Random& random) { return ObjectRef{"raw", std::string(1, "ab"[random.below(2)])}; };
  run(8, [&](int i) {
    Random random(static_cast<uint64_t>(i) + 1);
    if (i < 4) {
      for (int step = 0; step < 100; ++step) {
        const uint64_t choice = random.below(6);
        if (choice == 0) EXPECT_OK(store_->remove(key(random)));
        if (choice == 1) {
          const auto copied = store_->copy(key(random), key(random));
          if (!copied) EXPECT_EQ(copied.error().code, Errc::no_such_key) << copied.error().message;
        }
        if (choice > 1) EXPECT_OK(put(key(random), test_bytes(random.chance(0.5) ? 100 : 30'000, random.next())));
      }
      --writers_left;
      return;
    }
    const auto target = dir_.path() / ("link" + std::to_string(i));
    while (writers_left > 0) {
      auto reader = store_->get(key(random));
      if (!reader) {
        EXPECT_EQ(reader.error().code, Errc::no_such_key) << reader.error().message;
        continue;
      }
      EXPECT_EQ(to_hex(md5_of(unwrap(read_all(*reader)))), reader->info().etag);
      const auto linked = store_->link_to(key(random), target);
      if (linked) {
        EXPECT_EQ(to_hex(md5_of(unwrap(read_file(target)))), linked->etag);
        EXPECT_OK(remove_file(target));
      }
      ++reads;
    }
  });
  EXPECT_GT(reads, 0u);
  for (const char* name : {"a", "b"}) ASSERT_OK(store_->remove({"raw", name}));
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(ThreadsTest, ABucketIsRemovedOrWrittenTo) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<bool> removed = false;
    std::atomic<bool> written = false;
    run(2, [&](int i) {
      if (i == 0) removed = store_->delete_bucket("raw").has_value();
      if (i == 1) written = put(ref_, "x").has_value();
    });
    EXPECT_NE(removed, written);
    if (removed) ASSERT_OK(store_->create_bucket("raw"));
    if (written) ASSERT_OK(store_->remove(ref_));
  }
}

TEST_F(ThreadsTest, PartsComeFromSeveralThreads) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  std::string whole;
  std::vector<CompletedPart> parts;
  for (uint32_t number = 1; number <= 12; ++number) {
    whole += test_bytes(1000, number);
    parts.push_back({.number = number});
  }
  run(4, [&](int i) {
    for (uint32_t number = static_cast<uint32_t>(i) + 1; number <= 12; number += 4) {
      const std::string bytes = test_bytes(1000, number);
      TextSource source(bytes);
      EXPECT_OK(store_->upload_part(ref_, upload, number, source));
    }
  });
  ASSERT_OK(store_->complete_upload(ref_, upload, parts));
  EXPECT_EQ(unwrap(get(ref_)), whole);
}

}  // namespace
}  // namespace caudal::objects
