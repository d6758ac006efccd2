// SPDX-License-Identifier: Apache-2.0
// One flow as the Watcher sees it: decides what to start now, and when to look again. Part of Watcher, not for others.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/cron.h"
#include "base/date.h"
#include "base/random.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "flows/schedule/arrivals.h"
#include "flows/schedule/deadline_watch.h"
#include "flows/schedule/starter.h"
#include "flows/schedule/watcher.h"

namespace caudal::schedule {

// Not thread-safe, except that runs may end on any thread.
class FlowWatch {
 public:
  // What FlowWatch borrows from its Watcher.
  struct Surroundings {
    WatchPlatform& platform;
    const WatchOptions& options;
    WatchState& state;
    Random& random;
    std::function<void()> wake;  // called when a run has ended
  };

  static Result<std::unique_ptr<FlowWatch>> open(Surroundings around, flows::FlowDefinition definition);

  // Does what is due at `now`; returns when something will be due that does not wait for a delivery.
  Result<Timestamp> tick(Timestamp now);
  const flows::FlowDefinition& definition() const { return definition_; }
  void log(runs::LogLevel level, std::string_view text) const;

 private:
  // A work that could not be begun.
  struct Failure {
    int attempts = 0;
    std::optional<Timestamp> next = {};  // nothing: given up
  };
  // What the threads of runs write to; shared with the callbacks that they hold.
  struct Ending {
    Mutex mutex;
    bool under_way CAUDAL_GUARDED_BY(mutex) = false;
    std::optional<Result<void>> result CAUDAL_GUARDED_BY(mutex) = {};
  };

  FlowWatch(Surroundings around, flows::FlowDefinition definition, TimeZone zone, std::optional<Cron> cron);
  Result<Timestamp> tick_inputs(Timestamp since, Timestamp now);
  Result<Timestamp> tick_slots(Timestamp since, Timestamp now);
  // When the schedule first allows the month's run; long ago without a schedule.
  Timestamp allowed_from(Month month) const;
  // Starts the work of `request` unless it was done, is under way or must wait. True when nothing of it is left to do.
  // `wake` is brought forward to when it must be looked at again.
  Result<bool> pursue(StartRequest request, Timestamp now, Timestamp& wake);
  void start(StartRequest request);
  Result<void> take_ending(Timestamp now);
  // A work that is left to people.
  struct GivenUp {
    std::string work_key;
    Month month;
    std::string run;  // empty: there is none
    std::string why;
  };
  Result<void> tell_given_up(const GivenUp& work, Timestamp now);
  bool is_under_way();

  Surroundings around_;
  const flows::FlowDefinition definition_;
  const TimeZone zone_;
  const std::optional<Cron> cron_;
  DeadlineWatch deadlines_;
  const Timestamp opened_;
  std::map<Month, std::string> done_;  // months whose present deliveries are dealt with, by work_key
  std::map<std::string, Failure> failures_;
  std::set<std::string> overtaken_;  // works whose interrupted run cannot be resumed: begun anew
  std::string started_key_;
  Month started_month_ = {};
  bool resumed_ = false;
  std::shared_ptr<Ending> ending_;  // shared: a run may end while the FlowWatch is already gone
};

}  // namespace caudal::schedule
