// SPDX-License-Identifier: Apache-2.0
// Delays in floating point: they are waits, and their last digit does not matter.
#include "base/backoff.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace caudal {

std::optional<std::chrono::milliseconds> delay_after(const Backoff& backoff, int attempt, Random& random) {
  CHECK(attempt >= 1, "attempts count from 1");
  if (attempt >= backoff.attempts) return std::nullopt;
  const double growth = std::pow(std::max(backoff.factor, 1.0), attempt - 1);
  const auto longest = static_cast<double>(std::max<int64_t>(backoff.max_delay.count(), 0));
  const auto first = static_cast<double>(std::max<int64_t>(backoff.first_delay.count(), 0));
  // The product may be infinite, and 0 × infinity is no number: min() with the limit first survives both.
  const double full = first == 0 ? 0 : std::min(longest, first * growth);
  const double taken_off = full * std::clamp(backoff.jitter, 0.0, 1.0) * random.unit();
  return std::chrono::milliseconds(std::llround(full - taken_off));
}

}  // namespace caudal
