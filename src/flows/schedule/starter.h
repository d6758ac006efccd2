// SPDX-License-Identifier: Apache-2.0
// How the Watcher asks for a run, without knowing what runs it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/runs/records.h"

namespace caudal::schedule {

struct StartRequest {
  const flows::FlowDefinition* flow = nullptr;  // lives as long as the Watcher
  Month month = {};
  std::vector<runs::DeliveredFile> files = {};  // of the sensor: oldest first within an input
  runs::Trigger trigger = runs::Trigger::kSensor;
  // The run must carry it as its work_key: by it the Watcher knows after a restart that the work was begun.
  std::string work_key = {};
  // An interrupted run of this very work, to be taken up instead of beginning another.
  std::optional<runs::RunId> resume = {};
};

class RunStarter {
 public:
  using Done = std::function<void(Result<void>)>;

  virtual ~RunStarter() = default;
  // Begins the run, here or on another thread, and calls `done` once when it has ended: with success when there is a
  // record of the run, however it ended, and with an error when it could not be begun at all (kConflict for one that
  // cannot be resumed: it is then begun anew). Must not throw.
  virtual void start(StartRequest request, Done done) = 0;
};

}  // namespace caudal::schedule
