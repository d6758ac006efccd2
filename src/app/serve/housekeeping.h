// SPDX-License-Identifier: Apache-2.0
// What a server does by itself now and then: keep the lifecycle rules of buckets.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "objects/store.h"

namespace caudal::app {

class Housekeeping {
 public:
  // From now on, at once and then every `every`. All outlive it; `log` takes a line and is thread-safe.
  Housekeeping(objects::Store& store, Clock& clock, std::chrono::seconds every,
               std::function<void(std::string_view)> log);

 private:
  void run(const std::stop_token& stop);

  objects::Store& store_;
  Clock& clock_;
  const std::chrono::seconds every_;
  const std::function<void(std::string_view)> log_;
  std::jthread thread_;
};

}  // namespace caudal::app
