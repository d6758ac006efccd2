// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and SIGTERM as a stop request, so that work ends at a whole point instead of in the middle.
#pragma once

#include <stop_token>
#include <thread>

namespace caudal::app {

// While it lives, the first SIGINT or SIGTERM requests a stop; a second one ends the process at once with exit code
// 130. SIGPIPE is ignored from then on (writes report it). Construct before any other thread starts, because threads
// inherit the mask of signals. One per process.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  void watch();

  std::stop_source source_;
  int signals_ = -1;  // signalfd
  int wake_ = -1;     // eventfd: the destructor's word to the thread
  std::jthread thread_;
};

}  // namespace caudal::app
