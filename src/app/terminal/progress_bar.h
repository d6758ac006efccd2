// SPDX-License-Identifier: Apache-2.0
// A line on standard error that shows how far a long work is. Shown only on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/output/sink.h"
#include "app/terminal/terminal.h"
#include "base/clock.h"

namespace caudal::app {

// "  43% ████████░░░░░░░░░░░░  making the sample" without a newline. `done` from 0 to 1; a negative one: unknown.
std::string progress_line(double done, std::string_view what, size_t width);

// Draws at most ten times a second. Not thread-safe. The destructor clears the line.
class ProgressBar {
 public:
  ProgressBar(Sink& error, const Terminal& terminal, Clock& clock);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  void show(double done, std::string_view what);
  // Takes the line away, so that something else can be written.
  void clear();

 private:
  Sink& error_;
  const Terminal& terminal_;
  Clock& clock_;
  Timestamp next_{};
  bool drawn_ = false;
};

}  // namespace caudal::app
