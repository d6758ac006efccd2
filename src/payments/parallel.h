// SPDX-License-Identifier: Apache-2.0
// Pieces of work side by side, so that they share what a commit costs. Inside room payments only.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/thread_annotations.h"

namespace caudal::payments {

// Calls `work` for 0 … count − 1 on so many threads; with one, here and in order. After an error no more is begun, and
// the first is answered.
Result<void> for_each_parallel(size_t count, unsigned threads, const std::function<Result<void>(size_t)>& work);

// Tasks that come one after the other, while those before them are at work. For one thread that adds.
class Tasks {
 public:
  using Task = std::move_only_function<Result<void>()>;
  // With one thread or none each task is done by whoever adds it, at once.
  explicit Tasks(unsigned threads);
  // Waits for what is under way; what has not begun is forgotten.
  ~Tasks();
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;

  // Waits while there is plenty to do. The first error of any task, and then this one is not done.
  Result<void> add(Task task) CAUDAL_EXCLUDES(mutex_);
  // All are done, or the first error.
  Result<void> finish() CAUDAL_EXCLUDES(mutex_);

 private:
  void run() CAUDAL_EXCLUDES(mutex_);

  const size_t most_waiting_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Task> waiting_ CAUDAL_GUARDED_BY(mutex_);
  size_t under_way_ CAUDAL_GUARDED_BY(mutex_) = 0;
  bool is_ended_ CAUDAL_GUARDED_BY(mutex_) = false;
  std::optional<Error> error_ CAUDAL_GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_;
};

}  // namespace caudal::payments
