// SPDX-License-Identifier: Apache-2.0
// What operators' tools ask, unsigned: is it alive (/healthz), does it take work (/readyz), how is it doing (/metrics).
// Buckets of these names are reached by requests that are signed.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "http/exchange.h"

namespace caudal::api {

struct Probes {
  // Whether requests can be served now; its error is told to whoever asks. Thread-safe.
  std::function<Result<void>()> ready;
  // All metrics in the text format of Prometheus. Thread-safe.
  std::function<std::string()> metrics;

  // Whether the request was for one of them, and has been answered.
  bool answer(http::Exchange& exchange) const;
};

}  // namespace caudal::api
