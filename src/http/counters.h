// SPDX-License-Identifier: Apache-2.0
// What a server counts. Only sums: when they are read together they need not be of one moment.
#pragma once

#include <atomic>
#include <cstdint>

namespace caudal::http {

// As plain numbers, for whoever shows them.
struct ServerMetrics {
  uint64_t connections_open = 0;
  uint64_t connections_accepted = 0;
  uint64_t connections_refused = 0;  // over the limit, or no file descriptor left
  uint64_t requests = 0;             // whose head was read
  uint64_t requests_malformed = 0;   // 4xx by the server itself
  uint64_t requests_overloaded = 0;  // 503 because the queue was full
  uint64_t requests_timed_out = 0;   // by head, rate or deadline
  uint64_t handler_failures = 0;     // threw, or left no answer
  uint64_t bytes_in = 0;             // of the connections, without TLS's own
  uint64_t bytes_out = 0;
  uint64_t queue_length = 0;   // requests that wait for a handler thread now
  uint64_t handlers_busy = 0;  // threads that run a handler now
};

// On lines of the cache of their own, as several threads count bytes all the time.
struct Counters {
  using Counter = std::atomic<uint64_t>;
  static void add(Counter& counter, uint64_t by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }
  static void subtract(Counter& counter, uint64_t by = 1) { counter.fetch_sub(by, std::memory_order_relaxed); }

  alignas(64) Counter bytes_in = 0;
  alignas(64) Counter bytes_out = 0;
  alignas(64) Counter requests = 0;
  alignas(64) Counter connections_open = 0;
  Counter connections_accepted = 0;
  Counter connections_refused = 0;
  Counter requests_malformed = 0;
  Counter requests_overloaded = 0;
  Counter requests_timed_out = 0;
  Counter handler_failures = 0;
};

}  // namespace caudal::http
