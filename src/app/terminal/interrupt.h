// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and SIGTERM as a stop request, so that work ends at a whole point instead of in the middle.
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "base/thread_annotations.h"

namespace caudal::app {

// While it lives, the first SIGINT or SIGTERM requests a stop; a second one ends the process at once with exit code
// 130. SIGHUP does the same, unless somebody has asked to be called for it. SIGPIPE is ignored from then on (writes
// report it). Construct before any other thread starts, because threads inherit the mask of signals. One per process.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  std::stop_token token() const { return source_.get_token(); }
  // What SIGHUP does from now on, on a thread of this; empty: it requests a stop, as when a terminal is closed.
  void on_hangup(std::function<void()> reload) CAUDAL_EXCLUDES(mutex_);

 private:
  void watch();
  bool call_reload() CAUDAL_EXCLUDES(mutex_);

  Mutex mutex_;
  std::function<void()> reload_ CAUDAL_GUARDED_BY(mutex_);
  std::stop_source source_;
  int signals_ = -1;  // signalfd
  int wake_ = -1;     // eventfd: the destructor's word to the thread
  std::jthread thread_;
};

}  // namespace caudal::app
