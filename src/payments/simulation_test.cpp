// SPDX-License-Identifier: Apache-2.0
// Whatever crashes, repeats, overlaps, comes late or never, and whatever the clocks say: each payment moves its money
// once, or has failed or was cancelled and moves none; and the journal tells how.
#include <gmock/gmock.h>

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

TEST_F(SimulationTest, HoldsForAsManyPaymentsAsThereIsTimeFor) {
  simulate_while_there_is_time([&](const SimulationOptions& options) {
    begin_anew();
    simulate_here(options);
  });
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
