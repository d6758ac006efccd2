// SPDX-License-Identifier: Apache-2.0
// What operators' tools ask, unsigned: is it alive (/healthz), does it take work (/readyz), how is it doing (/metrics).
// Only on hosts that are no bucket's, and without a query: so of buckets that are called like a probe, all is reached
// but their listing by somebody unsigned who gives no parameter (list-type=2 is one).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/exchange.h"

namespace caudal::api {

struct Probes {
  // Whether requests can be served now; its error is told to whoever asks. Thread-safe; must not block long.
  std::function<Result<void>()> ready;
  // All metrics in the text format of Prometheus. Thread-safe.
  std::function<std::string()> metrics;
  // Whether a Host is that of one bucket, whose keys may have any name; nothing: none is. Thread-safe.
  std::function<bool(std::string_view host)> is_of_bucket = {};

  // Whether the request was for one of them, and has been answered.
  bool answer(http::Exchange& exchange) const;
  // Whether answer() will have it, and at once: without a handler's thread. Metrics are gathered, which takes a moment.
  bool takes_promptly(const http::Request& request) const;

 private:
  bool may_be_probe(const http::Request& request) const;
};

}  // namespace caudal::api
