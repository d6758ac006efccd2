// SPDX-License-Identifier: Apache-2.0
// What is counted of requests, and what other parts of the house count, in the text format of Prometheus.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/gate/witness.h"

namespace caudal::api {

// Takes one number of a part that counts by itself. Names and labels are Prometheus's; `help` says the unit.
class MetricsSink {
 public:
  virtual ~MetricsSink() = default;
  virtual void counter(std::string_view name, std::string_view help, uint64_t value) = 0;
  virtual void gauge(std::string_view name, std::string_view help, double value) = 0;
};

// Thread-safe.
class Metrics final : public Witness {
 public:
  Metrics();
  ~Metrics() override;

  void note(const Visit& visit, std::chrono::microseconds duration) override;
  // A part whose numbers are asked for with every text(). What it captures outlives this.
  void add_source(std::function<void(MetricsSink&)> source);
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::api
