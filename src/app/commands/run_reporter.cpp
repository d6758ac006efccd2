// SPDX-License-Identifier: Apache-2.0
// One line for each step that ended, and a bar for the one under way.
#include "app/commands/run_reporter.h"

#include <fmt/format.h>

namespace caudal::app {

std::string describe_step(const runs::StepRecord& step) {
  std::string line = fmt::format("  {:<9}  {}", runs::to_string(step.state), step.name);
  if (step.rows_out > 0) line += fmt::format("  {} row{}", step.rows_out, step.rows_out == 1 ? "" : "s");
  if (step.started && step.ended) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(*step.ended - *step.started).count();
    line += fmt::format("  {}.{:03} s", took / 1000, took % 1000);
  }
  if (!step.message.empty()) line += "  " + step.message.substr(0, step.message.find('\n'));
  return line;
}

void RunReporter::step_began(std::string_view step) { teller_.progress(-1, step); }

void RunReporter::step_progressed(std::string_view step, double fraction) { teller_.progress(fraction, step); }

void RunReporter::step_ended(const runs::StepRecord& step) {
  if (lines_) teller_.say(describe_step(step));
}

}  // namespace caudal::app
