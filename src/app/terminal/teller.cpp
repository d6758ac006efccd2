// SPDX-License-Identifier: Apache-2.0
// One lock around standard error.
#include "app/terminal/teller.h"

#include <string>

namespace caudal::app {

void Teller::say(std::string_view line) {
  const MutexLock lock(mutex_);
  bar_.clear();
  // Standard error that cannot be written to leaves nobody to tell.
  if (error_.write(std::string(line) + '\n')) (void)error_.finish();
}

void Teller::progress(double done, std::string_view what) {
  const MutexLock lock(mutex_);
  bar_.show(done, what);
}

void Teller::clear() {
  const MutexLock lock(mutex_);
  bar_.clear();
}

}  // namespace caudal::app
