// SPDX-License-Identifier: Apache-2.0
// Running a simulation as a test: what it must have been about, and what repeats it.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

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

}  // namespace caudal::payments
