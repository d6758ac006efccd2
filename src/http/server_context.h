// SPDX-License-Identifier: Apache-2.0
// What all parts of one server share: options, handlers, the pool, the counters.
#pragma once

#include <atomic>
#include <string>

#include "base/random.h"
#include "http/counters.h"
#include "http/exchange.h"
#include "http/head_parser.h"
#include "http/server.h"
#include "http/server_options.h"
#include "http/worker_pool.h"

namespace caudal::http {

struct ServerContext {
  ServerContext(ServerOptions options_in, Handlers handlers_in, Clock& clock_in)
      : options(std::move(options_in)),
        handlers(std::move(handlers_in)),
        clock(clock_in),
        limits{.target_bytes = options.max_target_bytes, .head_bytes = options.max_head_bytes},
        pool({.threads = options.handler_threads,
              .queued = options.queue_limit,
              .spare_threads = options.spare_handler_threads}) {}

  // The answer to a refusal, in the words of who runs the server. Never throws.
  Response refuse(const Refusal& refusal) noexcept;
  // Handlers::takes_async; where that throws, the blocking handler has the request.
  std::optional<uint64_t> async_limit(const Request& request) const noexcept;
  void log(std::string_view line) const noexcept;
  std::string next_request_id();
  Timestamp after(std::chrono::milliseconds delay) const { return clock.now() + delay; }

  const ServerOptions options;
  const Handlers handlers;
  Clock& clock;
  const HeadLimits limits;
  Counters counters;
  std::atomic<bool> draining = false;
  std::atomic<int64_t> drain_ends_us = 0;  // since 1970, while draining
  std::atomic<uint64_t> last_request = secure_random_u64();
  WorkerPool pool;  // last: its threads use the rest
};

}  // namespace caudal::http
