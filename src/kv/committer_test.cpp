// SPDX-License-Identifier: Apache-2.0
// Batches, waited for or not: all are written, in order, together where they come together; what fails is told.
#include "kv/committer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <latch>
#include <map>
#include <thread>

#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "kv/store.h"
#include "kv/testing/fault_env.h"

namespace caudal::kv {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::unique_ptr<PendingBatch> one(const std::string& key, const std::string& value = "v") {
  auto batch = std::make_unique<PendingBatch>();
  EXPECT_TRUE(batch->batch.Put(key, value).ok());
  return batch;
}

// What a write is made of, in order.
struct Keys final : rocksdb::WriteBatch::Handler {
  void Put(const rocksdb::Slice& key, const rocksdb::Slice&) override { keys.push_back(key.ToString()); }
  void Delete(const rocksdb::Slice& key) override { keys.push_back("-" + key.ToString()); }
  std::vector<std::string> keys;
};

// Holds up its first write until it is let go, so that a test can let others come together behind it.
class Writes {
 public:
  Result<void> write(rocksdb::WriteBatch& batch, size_t batches) {
    batches_of.push_back(batches);
    threads.push_back(std::this_thread::get_id());
    Keys seen;
    EXPECT_TRUE(batch.Iterate(&seen).ok());
    EXPECT_EQ(batch.Count(), seen.keys.size());
    const bool first = written.empty();
    written.push_back(seen.keys);
    if (first) {
      begun.count_down();
      go_on.wait();
    }
    if (std::ranges::find(seen.keys, "bad") != seen.keys.end()) return Error{Errc::failed, "the disk said no"};
    return {};
  }
  std::latch begun{1};
  std::latch go_on{1};
  std::vector<size_t> batches_of;
  std::vector<std::thread::id> threads;
  std::vector<std::vector<std::string>> written;  // by the committer's thread, and read when that has ended
};

class CommitterTest : public testing::Test {
 protected:
  void submit(std::unique_ptr<PendingBatch> batch, const std::string& name) {
    committer_.submit(std::move(batch), [this, name](Result<void> result) {
      told_.push_back(name + (result ? " ok" : " " + result.error().message));
    });
  }
  void end() { committer_.end(); }

  Writes writes_;
  std::vector<std::string> told_;
  Committer committer_{[this](rocksdb::WriteBatch& batch, size_t batches) { return writes_.write(batch, batches); }};
};

TEST_F(CommitterTest, WhatComesWhileAWriteIsUnderWayBecomesTheNextOneInOrder) {
  submit(one("a"), "a");
  writes_.begun.wait();
  submit(one("b"), "b");
  auto two = one("c");
  EXPECT_TRUE(two->batch.Delete("b").ok());
  submit(std::move(two), "c");
  submit(one("d"), "d");
  writes_.go_on.count_down();
  end();
  EXPECT_THAT(writes_.written, ElementsAre(ElementsAre("a"), ElementsAre("b", "c", "-b", "d")));
  EXPECT_THAT(writes_.batches_of, ElementsAre(1, 3));
  EXPECT_THAT(told_, ElementsAre("a ok", "b ok", "c ok", "d ok"));
}

TEST_F(CommitterTest, WhatFailsFailsWithThoseOfItsWriteAlone) {
  submit(one("a"), "a");
  writes_.begun.wait();
  submit(one("b"), "b");
  submit(one("bad"), "bad");
  writes_.go_on.count_down();
  std::latch told{1};
  committer_.submit(one("c"), [&](const Result<void>&) { told.count_down(); });
  told.wait();
  submit(one("d"), "d");
  end();
  EXPECT_EQ(told_.front(), "a ok");
  EXPECT_EQ(told_.back(), "d ok") << "what comes later is tried anew";
  EXPECT_THAT(told_, testing::Contains("bad the disk said no"));
  EXPECT_THAT(told_, testing::Contains("b the disk said no"));
}

TEST_F(CommitterTest, OneWriteGathersNotWithoutEnd) {
  submit(one("a"), "a");
  writes_.begun.wait();
  constexpr int kCount = 12;
  for (int n = 0; n < kCount; ++n) submit(one(std::to_string(n), std::string(size_t{1} << 20, 'x')), "big");
  writes_.go_on.count_down();
  end();
  EXPECT_EQ(told_.size(), kCount + 1);
  EXPECT_GE(writes_.written.size(), 3U);
  EXPECT_LE(writes_.written.size(), 6U);
}

TEST_F(CommitterTest, WhoeverIsToldMaySubmitMoreAndItsEndWaitsForThat) {
  writes_.go_on.count_down();
  committer_.submit(one("a"), [this](const Result<void>&) { submit(one("b"), "b"); });
  end();
  EXPECT_THAT(writes_.written, ElementsAre(ElementsAre("a"), ElementsAre("b")));
  EXPECT_THAT(told_, ElementsAre("b ok"));
}

TEST_F(CommitterTest, WhoComesAloneWritesOnItsOwnThread) {
  writes_.go_on.count_down();
  EXPECT_OK(committer_.commit(one("a")));
  EXPECT_THAT(writes_.threads, ElementsAre(std::this_thread::get_id()));
  const auto refused = committer_.commit(one("bad"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the disk said no");
  EXPECT_OK(committer_.commit(one("b")));
  EXPECT_THAT(writes_.written, ElementsAre(ElementsAre("a"), ElementsAre("bad"), ElementsAre("b")));
}

TEST_F(CommitterTest, WhoWaitsSharesTheNextWriteWithWhatIsSubmitted) {
  std::vector<std::jthread> waiting;
  std::atomic<int> done = 0;
  waiting.emplace_back([&] { EXPECT_OK(committer_.commit(one("a"))); });
  writes_.begun.wait();
  submit(one("b"), "b");
  for (const char* key : {"c", "d"}) {
    waiting.emplace_back([&, key] {
      EXPECT_OK(committer_.commit(one(key)));
      ++done;
    });
  }
  while (committer_.waiting() < 3) std::this_thread::yield();
  EXPECT_EQ(done, 0);
  writes_.go_on.count_down();
  waiting.clear();
  end();
  ASSERT_EQ(writes_.written.size(), 2U);
  EXPECT_EQ(writes_.written[1].front(), "b");
  EXPECT_THAT(writes_.written[1], UnorderedElementsAre("b", "c", "d"));
  EXPECT_EQ(writes_.batches_of[1], 3U);
  EXPECT_EQ(done, 2);
}

TEST_F(CommitterTest, EachWhoWaitsIsToldOfItsOwnWrite) {
  std::vector<std::jthread> waiting;
  waiting.emplace_back([&] { EXPECT_OK(committer_.commit(one("a"))); });
  writes_.begun.wait();
  const std::string big(size_t{3} << 20, 'x');
  waiting.emplace_back([&] { EXPECT_FALSE(committer_.commit(one("bad", big))); });
  while (committer_.waiting() < 1) std::this_thread::yield();
  waiting.emplace_back([&] { EXPECT_OK(committer_.commit(one("b", big))); });
  while (committer_.waiting() < 2) std::this_thread::yield();
  writes_.go_on.count_down();
  waiting.clear();
  EXPECT_THAT(writes_.written, ElementsAre(ElementsAre("a"), ElementsAre("bad"), ElementsAre("b")))
      << "too much for one write";
}

TEST(CommitLater, ManyAreAllThereAndShareSyncsWithWhoeverWaits) {
  const TemporaryDirectory dir;
  FaultPlan plan;
  const auto env = make_fault_env(plan);
  auto store = unwrap(Store::open(dir.path() / "kv", {.env = env.get()}));
  const Family a = unwrap(store->family("a"));
  const Family b = unwrap(store->family("b"));
  const uint64_t before = plan.count();
  constexpr int kThreads = 8;
  constexpr int kEach = 200;
  std::atomic<int> told = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        Batch batch;
        batch.put(a, fmt::format("{}/{}", t, i), "x").put(b, std::to_string(t), std::to_string(i));
        if (i % 20 == 0) {
          EXPECT_OK(store->commit(std::move(batch)));
          ++told;
        } else {
          store->commit_later(std::move(batch), [&](const Result<void>& result) {
            EXPECT_OK(result);
            ++told;
          });
        }
      }
      Batch last;
      last.put(b, std::to_string(t), "last");
      store->commit_later(std::move(last), [&](const Result<void>& result) { EXPECT_OK(result); });
    });
  }
  for (std::thread& thread : threads) thread.join();
  // Told after whatever was handed in before it.
  Batch end;
  end.put(a, "0/0", "x");
  std::latch ended{1};
  store->commit_later(std::move(end), [&](const Result<void>&) { ended.count_down(); });
  ended.wait();
  EXPECT_EQ(store->metrics().commits, uint64_t{kThreads} * (kEach + 1) + 1)
      << "each batch is one, however they were joined";
  store.reset();
  EXPECT_EQ(told, kThreads * kEach);
  EXPECT_LT(plan.count() - before, kThreads * kEach) << "one append and one sync for many";
  store = unwrap(Store::open(dir.path() / "kv", {}));
  int found = 0;
  for (Scan scan = store->scan(unwrap(store->family("a")), Range::all()); scan.valid(); scan.next()) ++found;
  EXPECT_EQ(found, kThreads * kEach);
  for (int t = 0; t < kThreads; ++t) {
    EXPECT_EQ(unwrap(store->get(unwrap(store->family("b")), std::to_string(t))), "last") << "in the order of each";
  }
}

TEST(CommitLater, AFullDiskIsToldAndWorksAgainWithRoom) {
  const TemporaryDirectory dir;
  FaultPlan plan;
  const auto env = make_fault_env(plan);
  auto store = unwrap(Store::open(dir.path() / "kv", {.env = env.get()}));
  const Family a = unwrap(store->family("a"));
  const auto put = [&](const std::string& value) {
    Batch batch;
    batch.put(a, "k", value);
    std::latch told{1};
    std::optional<Result<void>> outcome;
    store->commit_later(std::move(batch), [&](Result<void> result) {
      outcome = std::move(result);
      told.count_down();
    });
    told.wait();
    return *outcome;
  };
  ASSERT_OK(put("old"));
  for (uint64_t step = 0; step < 4; ++step) {
    plan.fail_after(step, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
    std::string last = unwrap(store->get(a, "k")).value_or("");
    for (int attempt = 0; attempt < 3; ++attempt) {
      const std::string value = fmt::format("{}/{}", step, attempt);
      const auto outcome = put(value);
      if (outcome) last = value;
      if (!outcome) EXPECT_TRUE(outcome.error().is(ErrorClass::kNoSpace)) << outcome.error().message;
      EXPECT_EQ(unwrap(store->get(a, "k")), last) << "what was refused is not there";
    }
    plan.disarm();
    ASSERT_OK(put("with room")) << step;
  }
}

}  // namespace
}  // namespace caudal::kv
