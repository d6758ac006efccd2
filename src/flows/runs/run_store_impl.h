// SPDX-License-Identifier: Apache-2.0
// The inside of RunStore, shared by the files that write (run_store.cpp) and read (run_queries.cpp).
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "flows/runs/run_log.h"
#include "flows/runs/run_store.h"
#include "kv/store.h"

namespace caudal::runs {

struct UnwrittenEnd {
  RunEnd end;
  Timestamp at;
};

// One mutex serialises what reads and then writes. Reads alone go to the kv store without it.
class RunStore::Impl {
 public:
  Impl(kv::Store& store, kv::Family runs, kv::Family logs, Clock& the_clock, const RunStoreOptions& the_options);

  Result<RunRecord> get(const RunId& id) const;
  // Every row of `range`: fn(key, value) -> Result<bool>, false to stop.
  template <class Fn>
  Result<void> each(const kv::Range& range, const kv::Snapshot* snapshot, Fn fn) const {
    kv::Scan scan = kv.scan(family, range, snapshot);
    for (; scan.valid(); scan.next()) {
      if (!TRY(fn(scan.key(), scan.value()))) break;
    }
    return scan.status();
  }

  Result<std::optional<RunId>> live_id(std::string_view flow) const;
  Result<void> refuse_if_busy(std::string_view flow) const CAUDAL_REQUIRES(mutex);
  Result<RunId> begin(const RunRecord& draft) CAUDAL_REQUIRES(mutex);
  Result<void> write_end(const RunId& id, const RunEnd& end, Timestamp at) CAUDAL_REQUIRES(mutex);
  Result<void> write_unwritten_ends() CAUDAL_REQUIRES(mutex);
  Result<void> mark_interrupted(const RunId& id) CAUDAL_REQUIRES(mutex);
  Result<void> prune(std::string_view flow, kv::Batch& batch) CAUDAL_REQUIRES(mutex);
  Result<void> replace_details(const StepOutcome& outcome, kv::Batch& batch) CAUDAL_REQUIRES(mutex);

  kv::Store& kv;
  const kv::Family family;
  Clock& clock;
  const RunStoreOptions options;
  RunLog log;
  Mutex mutex;
  std::condition_variable_any ended;  // a run of some flow has ended
  Random random CAUDAL_GUARDED_BY(mutex);
  RunId newest CAUDAL_GUARDED_BY(mutex);
  // Ends that the disk refused: written before anybody is told what is live.
  std::map<RunId, UnwrittenEnd> unwritten CAUDAL_GUARDED_BY(mutex);
};

Error unknown_run(std::string_view id);

}  // namespace caudal::runs
