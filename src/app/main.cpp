// SPDX-License-Identifier: Apache-2.0
// The process: its descriptors, signals, environment and clock. Everything else is run()'s.
#include <unistd.h>

#include "app/run.h"
#include "app/terminal/interrupt.h"

int main(int argc, char** argv) {
  caudal::app::Interrupt interrupt;
  const caudal::app::Environment environment = caudal::app::process_environment();
  const auto output = caudal::app::descriptor_sink(STDOUT_FILENO);
  const auto error = caudal::app::descriptor_sink(STDERR_FILENO);
  caudal::SystemClock clock;
  const caudal::app::Surroundings surroundings{
      *output,
      *error,
      caudal::app::Terminal::look(environment),
      environment,
      clock,
      interrupt.token(),
      [&](std::function<void()> reload) { interrupt.on_hangup(std::move(reload)); }};
  return caudal::app::run(surroundings, {argv + 1, argv + argc});
}
