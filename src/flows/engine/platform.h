// SPDX-License-Identifier: Apache-2.0
// What a flow runs on: the rooms below, and somebody who watches. All are borrowed and outlive the engine.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "flows/runs/run_store.h"
#include "objects/store.h"
#include "queries/engine.h"

namespace caudal::flows::engine {

struct Platform {
  objects::Store& objects;
  catalog::Catalog& catalog;
  queries::Engine& queries;
  runs::RunStore& runs;
  Clock& clock;
  uint64_t session_memory_bytes;  // what one session may use before it spills
  std::filesystem::path staging;  // a folder of the engine's own, on the file system of the objects' blobs
};

// Told of every step as it happens: for progress bars, notices, and tests that kill the process at a boundary. Called
// from the thread that runs the flow; must not throw or block for long.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void step_began(std::string_view /*step*/) {}
  // 0 to 1.
  virtual void step_progressed(std::string_view /*step*/, double /*fraction*/) {}
  virtual void step_ended(const runs::StepRecord& /*step*/) {}
  // Something became durable, or is about to: "deliver.copied", "curate.staged", "run.published", ...
  virtual void passed(std::string_view /*point*/) {}
};

}  // namespace caudal::flows::engine
