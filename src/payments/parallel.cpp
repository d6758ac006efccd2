// SPDX-License-Identifier: Apache-2.0
#include "payments/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/thread_annotations.h"

namespace caudal::payments {
namespace {

class FirstError {
 public:
  void set(Error error) CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (outcome_) outcome_ = std::move(error);
    is_set_ = true;
  }
  bool is_set() const { return is_set_; }
  Result<void> take() CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return std::move(outcome_);
  }

 private:
  Mutex mutex_;
  Result<void> outcome_ CAUDAL_GUARDED_BY(mutex_);
  std::atomic<bool> is_set_ = false;
};

}  // namespace

Result<void> for_each_parallel(size_t count, unsigned threads, const std::function<Result<void>(size_t)>& work) {
  if (threads <= 1 || count <= 1) {
    for (size_t n = 0; n < count; ++n) TRY(work(n));
    return {};
  }
  FirstError error;
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t n = next++; n < count && !error.is_set(); n = next++) {
      auto done = work(n);
      if (!done) error.set(std::move(done).error());
    }
  };
  {
    std::vector<std::jthread> all;
    for (size_t n = 0; n < std::min<size_t>(threads, count); ++n) all.emplace_back(run);
  }
  return error.take();
}

}  // namespace caudal::payments
