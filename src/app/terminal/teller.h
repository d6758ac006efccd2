// SPDX-License-Identifier: Apache-2.0
// Standard error, for lines to the person and the progress bar, without the two getting into each other's way.
#pragma once

#include <string_view>

#include "app/terminal/progress_bar.h"
#include "base/thread_annotations.h"

namespace caudal::app {

// Thread-safe. `error`, `terminal` and `clock` must outlive it.
class Teller {
 public:
  Teller(Sink& error, const Terminal& terminal, Clock& clock) : error_(error), bar_(error, terminal, clock) {}

  // A whole line; the bar goes away before it.
  void say(std::string_view line) CAUDAL_EXCLUDES(mutex_);
  // See ProgressBar::show.
  void progress(double done, std::string_view what) CAUDAL_EXCLUDES(mutex_);
  void clear() CAUDAL_EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  Sink& error_ CAUDAL_GUARDED_BY(mutex_);
  ProgressBar bar_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::app
