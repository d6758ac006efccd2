// SPDX-License-Identifier: Apache-2.0
// Whatever crashes, repeats, overlaps, comes late or never, and whatever the clocks say: each payment moves its money
// once, or has failed or was cancelled and moves none; and the journal tells how.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "items/testing/items_fixture.h"
#include "payments/testing/simulated.h"

namespace caudal::payments {
namespace {

class SimulationTest : public items::ItemsFixture {
 protected:
  void begin_anew() {
    store_.reset();
    kv_.reset();
    std::filesystem::remove_all(dir_.path() / "kv");
    open();
  }
  void simulate_here(const SimulationOptions& options) {
    plan_.skip_syncs(true);
    simulate({.real = *store_}, options);
  }
};

TEST_F(SimulationTest, MovesEachPaymentOnceWhateverHappens) {
  const uint64_t first = from_environment("CAUDAL_SEED", secure_random_u64() % 1'000'000);
  const uint64_t seeds = std::getenv("CAUDAL_SEED") != nullptr ? 1 : from_environment("CAUDAL_SEEDS", 10);
  for (uint64_t n = 0; n < seeds && !HasFailure(); ++n) {
    begin_anew();
    simulate_here({.seed = first + n, .payments = from_environment("CAUDAL_PAYMENTS", 1000)});
  }
}

// `make soak`: one simulation after the other, until so many payments have come to their end or the time is over.
TEST_F(SimulationTest, HoldsForAsManyPaymentsAsThereIsTimeFor) {
  const uint64_t wanted = from_environment("CAUDAL_SOAK_PAYMENTS", 0);
  if (wanted == 0) GTEST_SKIP() << "CAUDAL_SOAK_PAYMENTS says how many payments; `make soak` does";
  const uint64_t each = std::min<uint64_t>(from_environment("CAUDAL_PAYMENTS", 20'000), wanted);
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(from_environment("CAUDAL_SOAK_SECONDS", 600));
  uint64_t seed = from_environment("CAUDAL_SEED", secure_random_u64() % 1'000'000);
  fmt::print("soak: {} payments, {} at a time, from seed {} (CAUDAL_SEED={} repeats it)\n", wanted, each, seed, seed);
  uint64_t done = 0;
  for (; done < wanted && std::chrono::steady_clock::now() < end && !HasFailure(); ++seed) {
    begin_anew();
    simulate_here({.seed = seed, .payments = each});
    done += each;
  }
  fmt::print("soak: {} of {} payments, {:.1f} s of processor{}\n", done, wanted,
             static_cast<double>(std::clock()) / CLOCKS_PER_SEC, done < wanted ? ", then the time was over" : "");
}

// The simulation would tell: here what is repeated moves money again.
TEST_F(SimulationTest, TellsWhenMoneyMovesTwice) {
  plan_.skip_syncs(true);
  Simulation simulation({.real = *store_}, {.seed = 7, .payments = 500, .service_forgets = true});
  simulation.run();
  EXPECT_THAT(simulation.violations(), testing::Contains(testing::HasSubstr("its money moved 2 times")));
}

}  // namespace
}  // namespace caudal::payments
