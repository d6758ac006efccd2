// SPDX-License-Identifier: Apache-2.0
// Time comes in through constructors: whoever needs it takes a Clock&, so tests drive it.
#pragma once

#include <chrono>
#include <stop_token>

namespace caudal {

// UTC, microseconds since 1970.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  // Blocks until `deadline` or until `stop` is requested. True when the deadline was reached.
  virtual bool wait_until(Timestamp deadline, std::stop_token stop) = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  bool wait_until(Timestamp deadline, std::stop_token stop) override;
};

}  // namespace caudal
