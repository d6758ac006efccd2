// SPDX-License-Identifier: Apache-2.0
#include "app/commands/run_reporter.h"

#include <gtest/gtest.h>

#include "base/testing/manual_clock.h"

namespace caudal::app {
namespace {

runs::StepRecord ended_step() {
  runs::StepRecord step;
  step.name = "faturas";
  step.state = runs::StepState::kSucceeded;
  step.started = Timestamp{std::chrono::milliseconds(1000)};
  step.ended = Timestamp{std::chrono::milliseconds(2205)};
  step.rows_out = 10'000;
  step.message = "all well\nand more";
  return step;
}

TEST(DescribeStep, TellsStateRowsTimeAndTheFirstLineOfTheMessage) {
  EXPECT_EQ(describe_step(ended_step()), "  succeeded  faturas  10000 rows  1.205 s  all well");
  runs::StepRecord pending;
  pending.name = "book";
  EXPECT_EQ(describe_step(pending), "  pending    book");
}

TEST(RunReporter, WritesALineForEachStepWhereAsked) {
  StringSink error;
  const Terminal none;
  ManualClock clock{Timestamp{}};
  Teller teller(error, none, clock);
  RunReporter quiet(teller, false);
  quiet.step_ended(ended_step());
  EXPECT_EQ(error.text(), "");
  RunReporter lines(teller, true);
  lines.step_began("faturas");
  lines.step_progressed("faturas", 0.5);
  lines.step_ended(ended_step());
  EXPECT_EQ(error.text(), "  succeeded  faturas  10000 rows  1.205 s  all well\n");
}

}  // namespace
}  // namespace caudal::app
