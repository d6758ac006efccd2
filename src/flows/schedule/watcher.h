// SPDX-License-Identifier: Apache-2.0
// The Watcher: starts flows when their files have come or their schedule is due, and says when a file is late. It never
// runs a flow itself and keeps no thread; it survives flows that fail.
//
// With inputs, a flow is started for a month as soon as all inputs of that month are there and settled, and again
// whenever one of them is delivered again. A schedule then says from when on: not before its first slot in the
// following month. Without inputs, each slot starts the flow for the month before; of slots missed while nobody
// watched, the last of each month is made up for.
//
// A run is begun once for one set of deliveries or one slot, however often the Watcher is restarted: runs::RunStore
// remembers it by its work_key. A run that an ending process left behind is resumed. One that failed or was refused is
// left to people (steps have retries of their own); only a run that could not be begun is tried again, with back-off.
//
// At its deadline a missing input raises one notice, and one more when it comes. A notice is remembered as raised after
// it was handed over: a crash between the two repeats it rather than losing it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "flows/definition/flow.h"
#include "flows/runs/run_store.h"
#include "flows/schedule/arrivals.h"
#include "flows/schedule/inbox.h"
#include "flows/schedule/starter.h"
#include "flows/schedule/watch_state.h"
#include "kv/store.h"
#include "notices/notice.h"

namespace caudal::schedule {

struct WatchOptions {
  std::chrono::seconds poll_interval = std::chrono::seconds(30);  // between two looks at what was delivered
  // For runs that cannot be begun. After the last attempt only a new delivery, slot or start of the Watcher tries
  // again.
  Backoff start_retries = {.attempts = 6,
                           .first_delay = std::chrono::minutes(1),
                           .factor = 2,
                           .max_delay = std::chrono::minutes(30),
                           .jitter = 0.1};
  // A run that takes its process down with it every time is left to people after so many attempts.
  uint32_t max_interrupted_attempts = 10;
  uint64_t seed = 1;  // of the jitter
};

// What the Watcher stands on. All must outlive it.
struct WatchPlatform {
  Clock& clock;
  kv::Store& kv;
  runs::RunStore& runs;
  FileLister& files;
  RunStarter& starter;
  std::function<void(notices::Notice)> notify = {};
  std::function<void(runs::LogLevel, std::string_view)> log = {};  // may be called from the starter's threads
  Inbox* inbox = nullptr;                                          // a folder to import from; nullptr: none
};

class FlowWatch;

// tick() and run() are for one thread.
class Watcher {
 public:
  // Errors: kUsage for a time zone or a schedule that cannot be read, with the place in flow.yaml.
  static Result<std::unique_ptr<Watcher>> open(WatchPlatform platform, std::vector<flows::FlowDefinition> flows,
                                               WatchOptions options);
  // Every run that was started must have ended (ThreadStarter::stop).
  ~Watcher();

  // Does all that is due now. Trouble with one flow is logged and holds up no other. Returns when to look again.
  Timestamp tick();
  // Ticks until `stop` is requested, asleep in between; also woken by the end of a run.
  void run(std::stop_token stop);
  // Ticks now, or right after the tick under way. Thread-safe.
  void wake() CAUDAL_EXCLUDES(mutex_);

 private:
  Watcher(WatchPlatform platform, WatchOptions options, WatchState state);

  WatchPlatform platform_;
  const WatchOptions options_;
  WatchState state_;
  Random random_;
  std::vector<std::unique_ptr<FlowWatch>> flows_;
  Mutex mutex_;
  std::stop_source nap_ CAUDAL_GUARDED_BY(mutex_);  // ends the sleep under way
};

}  // namespace caudal::schedule
