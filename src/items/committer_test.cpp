// SPDX-License-Identifier: Apache-2.0
// The order of decisions, and what becomes of them when the disk refuses.
#include "items/committer.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "items/awaited.h"
#include "kv/testing/fault_env.h"

namespace caudal::items {
namespace {

class Deciding final : public Decision {
 public:
  using Decide = std::function<Result<void>(Changes&)>;
  Deciding(Decide decide, std::function<void(Result<void>)> done, bool alone)
      : decide_(std::move(decide)), done_(std::move(done)), alone_(alone) {}
  Result<void> decide(Changes& changes) override { return decide_(changes); }
  void complete(Result<void> outcome) override { done_(std::move(outcome)); }
  bool is_alone() const override { return alone_; }
  // Most of them ask for it.
  void add_rows(std::vector<std::string_view>& keys) const override { keys.emplace_back("n"); }

 private:
  const Decide decide_;
  const std::function<void(Result<void>)> done_;
  const bool alone_;
};

class CommitterTest : public testing::Test {
 protected:
  CommitterTest() { open(); }
  void open() {
    committer_.reset();
    kv_.reset();
    kv_ = unwrap(kv::Store::open(dir_.path() / "kv", {.env = env_.get()}));
    families_.emplace(unwrap(Families::open(*kv_)));
    committer_ = unwrap(Committer::open(*kv_, *families_));
  }
  void add(Deciding::Decide decide, std::function<void(Result<void>)> done, bool alone = false) {
    committer_->add(std::make_unique<Deciding>(std::move(decide), std::move(done), alone));
  }
  Result<void> run(Deciding::Decide decide, bool alone = false) {
    Awaited<Result<void>> answer;
    add(std::move(decide), [&](Result<void> outcome) { answer.set(std::move(outcome)); }, alone);
    return answer.wait();
  }
  // Counts in the row "n".
  static Result<void> count(Changes& changes) {
    const auto row = TRY(changes.row("n"));
    changes.put_row("n", std::to_string((row ? std::stoi(*row) : 0) + 1));
    changes.add_volume(7, {.items = 1, .bytes = 10});
    return {};
  }
  int counted() {
    const auto row = unwrap(kv_->get(families_->rows, "n"));
    return row ? std::stoi(*row) : 0;
  }

  TemporaryDirectory dir_;
  FaultPlan plan_;
  std::unique_ptr<rocksdb::Env> env_ = kv::make_fault_env(plan_);
  std::unique_ptr<kv::Store> kv_;
  std::optional<Families> families_;
  std::unique_ptr<Committer> committer_;
};

TEST_F(CommitterTest, EachSeesWhatAllBeforeItDid) {
  int done = 0;
  for (int n = 0; n < 1000; ++n) {
    add(count, [&](const Result<void>& outcome) { done += outcome ? 1 : 0; });
  }
  ASSERT_OK(run(count));
  EXPECT_EQ(done, 1000) << "completed in their order";
  EXPECT_EQ(counted(), 1001);
  EXPECT_EQ(committer_->volume(7), (Volume{.items = 1001, .bytes = 10'010}));
  open();
  EXPECT_EQ(committer_->volume(7), (Volume{.items = 1001, .bytes = 10'010}));
}

TEST_F(CommitterTest, WhatARefusedOneWroteIsDropped) {
  const auto refused = run([](Changes& changes) -> Result<void> {
    TRY(count(changes));
    EXPECT_EQ(unwrap(changes.row("n")), "1") << "it sees its own";
    return Error{caudal::Errc::invalid_value, "no"};
  });
  EXPECT_EQ(refused.error().code, caudal::Errc::invalid_value);
  EXPECT_EQ(counted(), 0);
  EXPECT_EQ(committer_->volume(7), Volume());
  ASSERT_OK(run(count));
  EXPECT_EQ(counted(), 1);
}

TEST_F(CommitterTest, RemovalsAreSeenBeforeTheyAreOnDisk) {
  add(count, [](const Result<void>&) {});
  add(
      [](Changes& changes) -> Result<void> {
        EXPECT_TRUE(unwrap(changes.row("n")));
        changes.remove_row("n");
        EXPECT_FALSE(unwrap(changes.row("n")));
        return {};
      },
      [](const Result<void>&) {});
  ASSERT_OK(run([](Changes& changes) -> Result<void> {
    EXPECT_FALSE(unwrap(changes.row("n")));
    return {};
  }));
  EXPECT_EQ(counted(), 0);
}

TEST_F(CommitterTest, OneThatIsAloneFindsEverythingBeforeItOnDiskAndNothingAfterItDecided) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<bool> is_done = false;
    const int before = counted();
    for (int n = 0; n < 50; ++n) add(count, [](const Result<void>&) {});
    add(
        [&](Changes&) -> Result<void> {
          EXPECT_EQ(counted(), before + 50);
          return {};
        },
        [&](const Result<void>&) { is_done = true; }, true);
    ASSERT_OK(run([&](Changes& changes) -> Result<void> {
      EXPECT_TRUE(is_done);
      return count(changes);
    }));
    EXPECT_EQ(counted(), before + 51);
  }
}

TEST_F(CommitterTest, WhatIsReadForSeveralTogetherIsWhatEachWouldHaveRead) {
  // More of them, and larger rows, than are read at once; each finds what the one before it wrote.
  constexpr int kRounds = 200;
  ASSERT_OK(run([](Changes& changes) -> Result<void> {
    changes.put_row("n", std::string(20'000, '0'));
    return {};
  }));
  open();
  std::atomic<int> right = 0;
  for (int n = 0; n < kRounds; ++n) {
    add(
        [&, n](Changes& changes) -> Result<void> {
          EXPECT_FALSE(unwrap(changes.row("none")));
          const auto row = unwrap(changes.row("n"));
          right += row && row->size() == 20'000 && (n == 0 || row->ends_with(std::to_string(n - 1))) ? 1 : 0;
          if (n % 3 == 2) return Error{caudal::Errc::invalid_value, "no"};
          return {};
        },
        [](const Result<void>&) {});
    add(
        [n](Changes& changes) -> Result<void> {
          const std::string end = std::to_string(n);
          changes.put_row("n", std::string(20'000 - end.size(), '0') + end);
          return {};
        },
        [](const Result<void>&) {});
  }
  ASSERT_OK(run([](Changes&) -> Result<void> { return {}; }));
  EXPECT_EQ(right, kRounds);
}

TEST_F(CommitterTest, OfARowThatIsWrittenSeveralTimesTheLastStays) {
  for (int n = 0; n < 20; ++n) {
    add(
        [n](Changes& changes) -> Result<void> {
          changes.put_entry("entry", std::to_string(n));
          changes.put_entry("gone", "x");
          changes.put_row(n % 2 == 0 ? "b" : "a", std::to_string(n));
          return {};
        },
        [](const Result<void>&) {});
    add(
        [](Changes& changes) -> Result<void> {
          changes.remove_entry("gone");
          return {};
        },
        [](const Result<void>&) {});
  }
  ASSERT_OK(run([](Changes&) -> Result<void> { return {}; }));
  EXPECT_EQ(unwrap(kv_->get(families_->rows, "entry")), "19");
  EXPECT_EQ(unwrap(kv_->get(families_->rows, "gone")), std::nullopt);
  EXPECT_EQ(unwrap(kv_->get(families_->rows, "a")), "19");
  EXPECT_EQ(unwrap(kv_->get(families_->rows, "b")), "18");
}

// What failed is told, what was decided on top of it is decided again on what is true, and what was answered is there.
TEST_F(CommitterTest, AFailedWriteTakesNothingElseAlong) {
  ASSERT_OK(run(count));
  for (uint64_t step = 0; step < 6; ++step) {
    const int before = counted();
    std::atomic<int> succeeded = 0;
    std::atomic<int> failed = 0;
    plan_.fail_after(step, ENOSPC, FaultPlan::Lasting::kOnce);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int n = 0; n < 20; ++n) ++(run(count) ? succeeded : failed);
      });
    }
    threads.clear();
    plan_.disarm();
    EXPECT_GE(failed, 1) << step;
    EXPECT_EQ(counted(), before + succeeded) << step;
    EXPECT_EQ(committer_->volume(7).items, counted()) << step;
  }
  open();
  EXPECT_EQ(committer_->volume(7).items, counted());
}

TEST_F(CommitterTest, EndsWhenEverythingIsDone) {
  std::atomic<int> done = 0;
  for (int round = 1; round <= 50; ++round) {
    // Few, so that some are decided while others are written when the end comes.
    for (int n = 0; n < 10; ++n) add(count, [&](const Result<void>&) { ++done; });
    std::this_thread::yield();
    add(count, [&](const Result<void>&) { ++done; });
    committer_.reset();
    ASSERT_EQ(done, 11 * round);
    ASSERT_EQ(counted(), 11 * round);
    committer_ = unwrap(Committer::open(*kv_, *families_));
  }
}

}  // namespace
}  // namespace caudal::items
