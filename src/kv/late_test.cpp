// SPDX-License-Identifier: Apache-2.0
// Values whose bytes are computed when they are written: alone, in company, and of several kinds.
#include "kv/late.h"

#include <gmock/gmock.h>

#include <array>
#include <latch>
#include <thread>

#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "kv/committer.h"
#include "kv/store.h"

namespace caudal::kv {
namespace {

using testing::ElementsAre;

// Three bytes of one letter, and how many were computed together.
template <char kLetter>
class Letters final : public Late {
 public:
  Letters() : Late(compute) {}
  std::string_view bytes() const override { return bytes_; }
  size_t together() const { return together_; }

 private:
  static void compute(std::span<Late* const> all) {
    for (Late* const late : all) {
      auto* const own = static_cast<Letters*>(late);
      own->bytes_.assign(3, kLetter);
      own->together_ = all.size();
    }
  }
  std::string bytes_ = "...";
  size_t together_ = 0;
};

class LateTest : public testing::Test {
 protected:
  std::optional<std::string> get(std::string_view key) { return unwrap(store_->get(family_, key)); }

  TemporaryDirectory dir_;
  std::unique_ptr<Store> store_ = unwrap(Store::open(dir_.path() / "kv", {}));
  Family family_ = unwrap(store_->family("a"));
};

TEST_F(LateTest, TakesItsPlaceInItsValueAlone) {
  Letters<'x'> first;
  Letters<'x'> second;
  Batch batch;
  batch.put(family_, "before", "...").put_late(family_, "key", "<...>", first, 1);
  batch.put_late(family_, "at the end", "<...", second, 1).put(family_, "behind", "...");
  ASSERT_OK(store_->commit(std::move(batch)));
  EXPECT_EQ(get("before"), "...");
  EXPECT_EQ(get("key"), "<xxx>");
  EXPECT_EQ(get("at the end"), "<xxx");
  EXPECT_EQ(get("behind"), "...");
  EXPECT_EQ(first.bytes(), "xxx");
  EXPECT_EQ(first.together(), 2U);
}

TEST_F(LateTest, IsComputedForAWriteThatIsNotSynced) {
  Letters<'x'> late;
  Batch batch;
  batch.put_late(family_, "key", "<...>", late, 1);
  ASSERT_OK(store_->commit(std::move(batch), Durability::kRelaxed));
  EXPECT_EQ(get("key"), "<xxx>");
}

TEST_F(LateTest, IsDroppedWithItsBatch) {
  auto late = std::make_unique<Letters<'x'>>();
  auto batch = std::make_unique<Batch>();
  batch->put_late(family_, "key", "<...>", *late, 1);
  batch.reset();
  EXPECT_EQ(late->bytes(), "...");
  EXPECT_EQ(get("key"), std::nullopt);
}

TEST_F(LateTest, ManyWritersEachFindTheirOwnInTheirValues) {
  constexpr int kThreads = 16;
  constexpr int kEach = 50;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int n = 0; n < kEach; ++n) {
          Letters<'x'> x;
          Letters<'y'> y;
          const std::string key = std::to_string(thread) + "/" + std::to_string(n);
          Batch batch;
          batch.put_late(family_, key, key + "...|...", thread % 2 == 0 ? static_cast<Late&>(x) : y, key.size() + 4);
          ASSERT_OK(store_->commit(std::move(batch)));
        }
      });
    }
  }
  store_.reset();
  store_ = unwrap(Store::open(dir_.path() / "kv", {}));
  family_ = unwrap(store_->family("a"));
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int n = 0; n < kEach; ++n) {
      const std::string key = std::to_string(thread) + "/" + std::to_string(n);
      ASSERT_EQ(get(key), key + "...|" + std::string(3, thread % 2 == 0 ? 'x' : 'y'));
    }
  }
}

// What a write holds when it comes to the disk.
struct Values final : rocksdb::WriteBatch::Handler {
  void Put(const rocksdb::Slice&, const rocksdb::Slice& value) override { values.push_back(value.ToString()); }
  std::vector<std::string> values;
};

TEST(LateTogether, EachKindIsComputedInOneGoForAllBatchesOfAWrite) {
  std::latch begun{1};
  std::latch go_on{1};
  std::vector<Values> written;
  Committer committer([&](rocksdb::WriteBatch& batch, size_t) -> Result<void> {
    EXPECT_TRUE(batch.Iterate(&written.emplace_back()).ok());
    if (written.size() == 1) {
      begun.count_down();
      go_on.wait();
    }
    return {};
  });
  const auto batch = [](Late* late) {
    auto made = std::make_unique<PendingBatch>();
    EXPECT_TRUE(made->batch.Put("key", "<...>").ok());
    if (late != nullptr) made->late.push_back({.late = late, .at = made->batch.GetDataSize() - 4});
    return made;
  };
  const auto told = [](const Result<void>& result) { EXPECT_OK(result); };
  committer.submit(batch(nullptr), told);
  begun.wait();
  std::array<Letters<'x'>, 3> xs;
  std::array<Letters<'y'>, 2> ys;
  for (Late* const late : {static_cast<Late*>(&xs[0]), static_cast<Late*>(&ys[0]), static_cast<Late*>(nullptr),
                           static_cast<Late*>(&xs[1]), static_cast<Late*>(&ys[1]), static_cast<Late*>(&xs[2])}) {
    committer.submit(batch(late), told);
  }
  go_on.count_down();
  committer.end();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_THAT(written[0].values, ElementsAre("<...>"));
  EXPECT_THAT(written[1].values, ElementsAre("<xxx>", "<yyy>", "<...>", "<xxx>", "<yyy>", "<xxx>"));
  for (const auto& x : xs) EXPECT_EQ(x.together(), 3U);
  for (const auto& y : ys) EXPECT_EQ(y.together(), 2U);
}

}  // namespace
}  // namespace caudal::kv
