// SPDX-License-Identifier: Apache-2.0
// The logs of runs: numbered lines, bounded per run, readable while they grow. Part of RunStore, not for others.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "flows/runs/records.h"
#include "flows/runs/run_id.h"
#include "kv/store.h"

namespace caudal::runs {

struct LogLimits {
  uint32_t first_lines = 2000;  // the oldest so many are kept, at least 1
  uint32_t last_lines = 8000;   // and the newest so many, at least 1
  uint32_t line_bytes = 8192;
};

// Thread-safe. Lines are written without an fsync: they survive the process, and the next synced commit covers them.
class RunLog {
 public:
  RunLog(kv::Store& kv, kv::Family family, Clock& clock, LogLimits limits)
      : kv_(kv), family_(family), clock_(clock), limits_(limits) {}

  // Never fails the caller. A line that cannot be written is counted, and the next one that can be says so.
  void append(const RunId& id, LogLevel level, std::string_view step, std::string_view text) CAUDAL_EXCLUDES(mutex_);
  Result<std::vector<LogLine>> read(const RunId& id, uint64_t from) const;
  // Until `ended` says so after a look at all lines there were before it was asked.
  Result<void> follow(const RunId& id, std::stop_token stop, const std::function<Result<bool>()>& ended,
                      const std::function<void(const LogLine&)>& sink) const CAUDAL_EXCLUDES(mutex_);
  // Wakes followers, to ask again whether the run has ended.
  void wake() const CAUDAL_EXCLUDES(mutex_);
  // Forgets what is held in memory for a run that has ended. An error when lines were lost and cannot even be counted.
  Result<void> forget(const RunId& id) CAUDAL_EXCLUDES(mutex_);
  // Drops the log with `batch`.
  Result<void> remove(const RunId& id, kv::Batch& batch) const;

 private:
  struct Tail {
    bool known = false;  // whether `next` was read from the store yet
    uint64_t next = 0;
    uint64_t lost = 0;
    std::string why_lost = {};
  };
  Result<void> find_tail(const RunId& id, Tail& tail) const;
  // Says what was lost, if anything was.
  Result<void> write_gap(const RunId& id, Tail& tail);
  Result<void> write(const RunId& id, Tail& tail, const LogLine& line);

  kv::Store& kv_;
  const kv::Family family_;
  Clock& clock_;
  const LogLimits limits_;
  mutable Mutex mutex_;
  mutable std::condition_variable_any changed_;
  mutable uint64_t changes_ CAUDAL_GUARDED_BY(mutex_) = 0;
  std::map<RunId, Tail> tails_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::runs
