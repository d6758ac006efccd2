// SPDX-License-Identifier: Apache-2.0
// What was deleted as garbage is never wanted again: random publications, rollbacks and collections that keep fewer and
// more, with every location that was handed out as garbage deleted for good.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "base/random.h"
#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

class GarbageForGood : public CatalogFixture {
 protected:
  using State = std::map<std::string, std::string>;  // month → location

  State live_state() {
    State state;
    const auto partitions = unwrap(catalog_->live().partitions("curated", "tb_faturas"));
    for (const Partition& partition : partitions) state[partition.values[1]] = partition.location;
    return state;
  }

  void stage_something(Random& random, const std::string& id) {
    std::vector<PartitionMove> moves;
    for (uint64_t left = random.between(1, 4); left > 0; --left) {
      const std::string value = std::to_string(10 + random.below(6));
      moves.push_back(month(value, random.chance(0.15) ? "" : id));
    }
    unwrap(catalog_->stage(id, moves));
  }

  void collect(size_t keep) {
    const auto garbage = unwrap(catalog_->collect_garbage(keep));
    const State state = live_state();
    for (const std::string& location : garbage) {
      for (const auto& [month, used] : state) ASSERT_NE(location, used) << "garbage that is live";
      deleted_.insert(location);
    }
    unwrap(catalog_->garbage_deleted(garbage));
  }

  // After a rollback that the catalog allowed, the scope's partitions are what they were, and their objects are there.
  void roll_back(Random& random, const std::string& id) {
    const auto published = unwrap(catalog_->live().publications());
    if (published.empty()) return;
    const Publication& target = published[random.below(published.size())];
    const auto undone = catalog_->rollback_to(target.id, id);
    EXPECT_TRUE(target.restorable || !undone.has_value()) << "what is no longer kept cannot come back";
    if (!undone) return;
    const State& then = after_.at(target.id);
    const State now = live_state();
    for (const PartitionName& name : undone->moved) {
      const auto was = then.find(name.values[1]);
      const auto is = now.find(name.values[1]);
      ASSERT_EQ(was == then.end(), is == now.end()) << name.to_string();
      ASSERT_TRUE(was == then.end() || was->second == is->second) << name.to_string();
    }
    after_[id] = now;
    ++rollbacks_;
  }

  std::set<std::string> deleted_;
  std::map<std::string, State> after_;  // each publication's outcome, in whole
  int rollbacks_ = 0;
};

TEST_F(GarbageForGood, NothingDeletedIsEverWantedAgain) {
  const char* const fixed = std::getenv("CAUDAL_SEED");
  const uint64_t seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 10) : secure_random_u64() % 1'000'000'000;
  std::printf("seed %llu (CAUDAL_SEED=%llu repeats it)\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(seed));
  Random random(seed);
  // Few publications are kept, so that most of what is gone back to is refused: some seeds need more steps.
  for (int number = 0; number < 150 || (rollbacks_ == 0 && number < 3000); ++number) {
    const std::string id = "run-" + std::to_string(number);
    if (random.chance(0.2)) {
      roll_back(random, "undo-" + std::to_string(number));
    } else {
      stage_something(random, id);
      if (random.chance(0.15)) {
        unwrap(catalog_->unstage(id));
      } else {
        unwrap(catalog_->publish(id, random.chance(0.7) ? "invoices" : "purchases"));
        after_[id] = live_state();
      }
    }
    if (random.chance(0.3)) collect(static_cast<size_t>(random.between(1, 6)));
    const State state = live_state();
    for (const auto& [month, location] : state) {
      ASSERT_FALSE(deleted_.contains(location)) << "step " << number << ", month " << month;
    }
  }
  EXPECT_GT(deleted_.size(), 20u);
  EXPECT_GT(rollbacks_, 0);
  collect(1);
  // With one publication kept in each of two scopes, what is left is little beside the live partitions.
  EXPECT_LE(unwrap(catalog_->live().history("curated", "tb_faturas")).size(), 6u * 3);
}

}  // namespace
}  // namespace caudal::catalog
