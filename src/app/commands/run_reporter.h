// SPDX-License-Identifier: Apache-2.0
// Tells the person, on standard error, how a run of a flow goes.
#pragma once

#include <string_view>

#include "app/terminal/teller.h"
#include "flows/engine/platform.h"

namespace caudal::app {

// As thread-safe as the Teller.
class RunReporter final : public flows::engine::Observer {
 public:
  // With `lines`, each step that ends gets one; without, there is only the bar.
  RunReporter(Teller& teller, bool lines) : teller_(teller), lines_(lines) {}
  void step_began(std::string_view step) override;
  void step_progressed(std::string_view step, double fraction) override;
  void step_ended(const runs::StepRecord& step) override;

 private:
  Teller& teller_;
  const bool lines_;
};

// "  succeeded  faturas  10000 rows in 1.2 s".
std::string describe_step(const runs::StepRecord& step);

}  // namespace caudal::app
