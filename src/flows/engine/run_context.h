// SPDX-License-Identifier: Apache-2.0
// What every step of one run is given: the platform, the flow, the run's own record and folder, and who to tell.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/view.h"
#include "flows/definition/flow.h"
#include "flows/engine/day_source.h"
#include "flows/engine/platform.h"
#include "flows/runs/records.h"

namespace caudal::flows::engine {

// Used by one thread at a time. Borrows all it refers to.
struct RunContext {
  Platform& platform;
  const FlowDefinition& flow;
  runs::RunRecord run;
  std::stop_token stop;
  Observer& observer;
  const DaySources& sources;

  // Everything that the run writes is staged, and in the end published, under this id.
  const std::string& publication() const { return run.id.text(); }
  void log(runs::LogLevel level, std::string_view step, std::string_view text) const {
    platform.runs.log(run.id, level, step, text);
  }
  // "s3://lake/" + key.
  std::string uri(std::string_view key) const { return "s3://" + flow.bucket + "/" + std::string(key); }
  // The folder that the whole run may write local files to.
  std::filesystem::path folder() const { return platform.staging / run.id.text(); }
  // An empty folder for one step; whatever an earlier attempt left there is removed.
  Result<std::filesystem::path> fresh_folder(std::string_view step) const;
  // A session that sees what is published, and what this run has staged.
  Result<std::unique_ptr<queries::Session>> session() const;
  // Error of class kCancelled when the run was asked to stop.
  Result<void> check_stop() const;
};

// The error of `statement`, told as happening in `step`.
Error in_step(Error error, std::string_view step);

}  // namespace caudal::flows::engine
