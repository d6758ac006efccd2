// SPDX-License-Identifier: Apache-2.0
#include "http/server_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "http/errors.h"

namespace caudal::http {

Result<void> check(const ServerOptions& options) {
  std::vector<std::string> mistakes;
  const auto require = [&](bool holds, std::string_view otherwise) {
    if (!holds) mistakes.emplace_back(otherwise);
  };
  using std::chrono::milliseconds;
  require(!options.address.empty(), "address: write a numeric one, such as 127.0.0.1 or ::");
  require(options.network_threads <= 64, "network_threads: at most 64");
  require(options.handler_threads >= 1 && options.handler_threads <= 4096, "handler_threads: 1 to 4096");
  require(options.queue_limit >= 1, "queue_limit: at least 1");
  require(options.max_connections >= 1, "max_connections: at least 1");
  require(options.max_head_bytes >= 1024 && options.max_head_bytes <= 64 * 1024, "max_head_bytes: 1 to 64 KiB");
  require(options.max_target_bytes >= 256 && options.max_target_bytes <= options.max_head_bytes,
          "max_target_bytes: from 256 bytes to max_head_bytes");
  require(options.head_timeout > milliseconds(0), "head_timeout: more than 0");
  require(options.idle_timeout > milliseconds(0), "idle_timeout: more than 0");
  require(options.request_timeout > milliseconds(0), "request_timeout: more than 0");
  require(options.drain_timeout >= milliseconds(0), "drain_timeout: not negative");
  require(options.rate_window > milliseconds(0), "rate_window: more than 0");
  require(options.tick >= milliseconds(1) && options.tick <= milliseconds(10'000), "tick: 1 ms to 10 s");
  if (mistakes.empty()) return {};
  return Error{Errc::invalid_configuration, fmt::format("http server: {}", fmt::join(mistakes, "; "))};
}

}  // namespace caudal::http
