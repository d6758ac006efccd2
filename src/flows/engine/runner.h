// SPDX-License-Identifier: Apache-2.0
// Running flows: from a request to published tables, a record of how it went, and a notice. The door of this room.
//
//   Runner runner(platform, observer, random);
//   const Summary summary = TRY(runner.start({.flow = &flow, .kind = RunKind::kMonth, .parameters = {...}}, stop));
//   if (summary.error) ...   // the run is on record, and can be resumed
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/engine/day_source.h"
#include "flows/engine/platform.h"
#include "flows/engine/run_context.h"
#include "notices/notifier.h"

namespace caudal::flows::engine {

struct RunRequest {
  const FlowDefinition* flow = nullptr;
  runs::RunKind kind = runs::RunKind::kMonth;
  runs::RunParameters parameters = {};
  runs::Trigger trigger = runs::Trigger::kCommand;
  std::string work_key = {};  // what the scheduler knows the run by; empty: a month run is known by its deliveries
  bool wait = false;          // for another run of the flow to end, instead of being refused
};

// How a run that began has ended.
struct Summary {
  runs::RunRecord run = {};
  std::optional<Error> error = {};  // absent: succeeded
};

// Runs of one flow exclude each other; different flows may run at once, from different threads.
class Runner {
 public:
  // `notifier` may be null: then nobody is told.
  Runner(Platform platform, Observer& observer, notices::Notifier* notifier, uint64_t seed)
      : platform_(platform), observer_(observer), notifier_(notifier), seed_(seed) {}

  // What collect steps collect from; without it there is nothing. Before the first run.
  void collect_from(DaySources sources) { sources_ = std::move(sources); }

  // Errors are of runs that never began: a bad request, or another run of the flow at work. All else is in the Summary.
  Result<Summary> start(const RunRequest& request, std::stop_token stop);
  // Takes up a failed, refused, cancelled or interrupted run where it stopped. Errc::overtaken when a later run of the
  // flow has published since.
  Result<Summary> resume(const FlowDefinition& flow, const runs::RunId& run, std::stop_token stop);
  // Puts every partition back to what it was right after `target`, as a run of its own, so that it can be undone too.
  Result<Summary> rollback(const FlowDefinition& flow, const runs::RunId& target, std::stop_token stop);

 private:
  Result<void> check_request(const RunRequest& request) const;
  Result<void> check_not_overtaken(const FlowDefinition& flow, const runs::RunRecord& run) const;
  Result<Summary> execute(const FlowDefinition& flow, runs::RunRecord run, std::stop_token stop);
  Result<void> put_back(RunContext& context) const;
  Result<Summary> finish(RunContext& context, Result<void> result);

  Platform platform_;
  Observer& observer_;
  notices::Notifier* notifier_;
  uint64_t seed_;
  DaySources sources_;
};

}  // namespace caudal::flows::engine
