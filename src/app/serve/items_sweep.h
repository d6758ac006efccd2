// SPDX-License-Identifier: Apache-2.0
// Has the store of items swept now and then, for as long as the server lives.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "items/store.h"

namespace caudal::app {

class ItemsSweep {
 public:
  // From now on, at once and then every `every`. All outlive it; `log` takes a line and is thread-safe.
  ItemsSweep(items::Store& store, Clock& clock, std::chrono::seconds every, std::function<void(std::string_view)> log);

 private:
  void run(const std::stop_token& stop);

  items::Store& store_;
  Clock& clock_;
  const std::chrono::seconds every_;
  const std::function<void(std::string_view)> log_;
  std::jthread thread_;
};

}  // namespace caudal::app
