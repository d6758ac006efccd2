// SPDX-License-Identifier: Apache-2.0
// The scheduler and the sensors on a Platform: flows are started when their files come or their schedule is due.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/commands/run_reporter.h"
#include "app/context.h"
#include "app/flow_sources.h"
#include "flows/definition/flow.h"
#include "flows/schedule/object_files.h"
#include "flows/schedule/thread_starter.h"
#include "flows/schedule/watcher.h"
#include "notices/notifier.h"

namespace caudal::app {

struct FlowWatchOptions {
  std::vector<flows::FlowDefinition> flows = {};
  std::chrono::seconds poll = std::chrono::seconds(30);
  std::optional<std::filesystem::path> inbox = {};  // a folder to import from
};

// Everything that the Watcher stands on, in the order in which it has to go.
class FlowWatch {
 public:
  // `context` outlives it.
  static Result<std::unique_ptr<FlowWatch>> open(Context& context, FlowWatchOptions options);

  // Until `stop` is requested and the runs that it started have ended. By one thread.
  void run(const std::stop_token& stop);
  // Looks now, when this object is one that a flow waits for. Thread-safe, and quick.
  void object_came(const std::string& bucket, const std::string& key);

 private:
  FlowWatch(Context& context, const flows::engine::Platform& platform, std::unique_ptr<FlowSources> sources,
            std::unique_ptr<notices::Notifier> notifier, FlowWatchOptions options);
  void tell(std::string_view text);
  Result<void> start(const schedule::StartRequest& request, std::stop_token stop);

  Context& context_;
  flows::engine::Platform platform_;
  const std::unique_ptr<FlowSources> sources_;
  struct Awaited {
    std::string bucket;
    flows::FilePattern pattern;
  };
  static std::vector<Awaited> awaited_by(const std::vector<flows::FlowDefinition>& flows);

  const std::vector<Awaited> awaited_;
  std::unique_ptr<notices::Notifier> notifier_;
  RunReporter reporter_;
  schedule::ObjectFiles files_;
  schedule::ThreadStarter starter_;
  std::optional<schedule::Inbox> inbox_;
  std::unique_ptr<schedule::Watcher> watcher_;
};

// Those named, or all that there are.
Result<std::vector<flows::FlowDefinition>> load_flows(Context& context, const std::vector<std::string>& names);

}  // namespace caudal::app
