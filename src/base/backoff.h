// SPDX-License-Identifier: Apache-2.0
// How long to wait before trying something again. Only the arithmetic: whoever retries does its own waiting.
#pragma once

#include <chrono>
#include <optional>

#include "base/random.h"

namespace caudal {

struct Backoff {
  int attempts = 1;  // in all, the first included
  std::chrono::milliseconds first_delay = std::chrono::seconds(30);
  double factor = 2.0;  // each delay is that many times the one before; at least 1
  std::chrono::milliseconds max_delay = std::chrono::minutes(30);
  double jitter = 0.0;  // from 0 to 1: up to this share of a delay is taken off at random, so that a crowd spreads out
};

// The wait after the failure of attempt `attempt` (from 1), or nothing when no attempt is left. Never above max_delay,
// however large the numbers.
std::optional<std::chrono::milliseconds> delay_after(const Backoff& backoff, int attempt, Random& random);

}  // namespace caudal
