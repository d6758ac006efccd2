// SPDX-License-Identifier: Apache-2.0
// Running a simulation as a test: what it must have been about, and what repeats it.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <utility>

#include "base/random.h"
#include "payments/testing/simulation.h"

namespace caudal::payments {

// CAUDAL_SEED repeats one; CAUDAL_SEEDS and CAUDAL_PAYMENTS make more of it.
inline uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* const set = std::getenv(name);
  return set != nullptr ? std::strtoull(set, nullptr, 10) : otherwise;
}

inline void simulate(SimulationParts parts, const SimulationOptions& options) {
  Simulation simulation(std::move(parts), options);
  simulation.run();
  EXPECT_THAT(simulation.violations(), testing::IsEmpty()) << "CAUDAL_SEED=" << options.seed << " repeats it";
  const SimulationCounts& counts = simulation.counts();
  fmt::print("seed {}: {} archived, {} failed, {} cancelled, {} attempts, {} deaths, {} actions\n", options.seed,
             counts.archived, counts.failed, counts.cancelled, counts.attempts, counts.deaths, counts.actions);
  // It was about something.
  EXPECT_GT(counts.archived, options.payments / 3);
  EXPECT_GT(counts.failed, 0U);
  EXPECT_GT(counts.deaths, 2U);
}

// `make soak`: one simulation after the other, until so many payments (CAUDAL_SOAK_PAYMENTS) have come to their end or
// the time (CAUDAL_SOAK_SECONDS) is over; how many that were is printed.
inline void simulate_while_there_is_time(const std::function<void(const SimulationOptions&)>& simulate_one) {
  const uint64_t wanted = from_environment("CAUDAL_SOAK_PAYMENTS", 0);
  if (wanted == 0) GTEST_SKIP() << "CAUDAL_SOAK_PAYMENTS says how many payments; `make soak` does";
  const uint64_t each = std::min<uint64_t>(from_environment("CAUDAL_PAYMENTS", 20'000), wanted);
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(from_environment("CAUDAL_SOAK_SECONDS", 600));
  uint64_t seed = from_environment("CAUDAL_SEED", secure_random_u64() % 1'000'000);
  fmt::print("soak: {} payments, {} at a time, from seed {} (CAUDAL_SEED={} repeats it)\n", wanted, each, seed, seed);
  uint64_t done = 0;
  for (; done < wanted && std::chrono::steady_clock::now() < end && !testing::Test::HasFailure(); ++seed) {
    simulate_one({.seed = seed, .payments = each});
    done += each;
  }
  fmt::print("soak: {} of {} payments, {:.1f} s of processor{}\n", done, wanted,
             static_cast<double>(std::clock()) / CLOCKS_PER_SEC, done < wanted ? ", then the time was over" : "");
}

}  // namespace caudal::payments
