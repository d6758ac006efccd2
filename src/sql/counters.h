// SPDX-License-Identifier: Apache-2.0
// What the databases of a process do, counted together for whoever watches over them.
#pragma once

#include <atomic>
#include <cstdint>

namespace caudal::sql {

struct Counters {
  std::atomic<uint64_t> databases_opened = 0;
  std::atomic<uint64_t> databases_open = 0;      // now
  std::atomic<uint64_t> statements = 0;          // begun
  std::atomic<uint64_t> statements_running = 0;  // now: until their rows are read or let go
  std::atomic<uint64_t> failures = 0;            // also of statements that were refused before they ran
  std::atomic<uint64_t> interruptions = 0;
};

}  // namespace caudal::sql
