// SPDX-License-Identifier: Apache-2.0
// Ticking over the flows, and sleeping in between.
#include "flows/schedule/watcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "flows/schedule/flow_watch.h"

namespace caudal::schedule {

Watcher::Watcher(WatchPlatform platform, WatchOptions options, WatchState state)
    : platform_(std::move(platform)), options_(options), state_(std::move(state)), random_(options.seed) {
  if (!platform_.notify) platform_.notify = [](const notices::Notice&) {};
  if (!platform_.log) platform_.log = [](runs::LogLevel, std::string_view) {};
}

Watcher::~Watcher() = default;

Result<std::unique_ptr<Watcher>> Watcher::open(WatchPlatform platform, std::vector<flows::FlowDefinition> flows,
                                               WatchOptions options) {
  WatchState state = TRY(WatchState::open(platform.kv));
  std::unique_ptr<Watcher> watcher(new Watcher(std::move(platform), options, std::move(state)));
  for (flows::FlowDefinition& flow : flows) {
    FlowWatch::Surroundings around{.platform = watcher->platform_,
                                   .options = watcher->options_,
                                   .state = watcher->state_,
                                   .random = watcher->random_,
                                   .wake = [watcher = watcher.get()] { watcher->wake(); }};
    watcher->flows_.push_back(TRY(FlowWatch::open(std::move(around), std::move(flow))));
  }
  return watcher;
}

Timestamp Watcher::tick() {
  const Timestamp now = platform_.clock.now();
  Timestamp wake = now + options_.poll_interval;
  if (platform_.inbox != nullptr) {
    std::vector<const flows::FlowDefinition*> definitions;
    for (const auto& flow : flows_) definitions.push_back(&flow->definition());
    const auto imported = platform_.inbox->poll(definitions, state_, now);
    if (!imported) platform_.log(runs::LogLevel::kError, imported.error().to_string());
    if (imported) {
      for (const std::string& file : *imported) platform_.log(runs::LogLevel::kInfo, "taken from the inbox: " + file);
    }
  }
  for (const auto& flow : flows_) {
    const Result<Timestamp> due = flow->tick(now);
    if (due) wake = std::min(wake, *due);
    if (!due) flow->log(runs::LogLevel::kError, fmt::format("could not be looked after: {}", due.error().to_string()));
  }
  return wake;
}

void Watcher::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::stop_source nap;
    {
      MutexLock lock(mutex_);
      nap_ = nap;
    }
    const std::stop_callback relay(stop, [&nap] { nap.request_stop(); });
    // A run that ends from here on ends the nap, even before it has begun. Whether it slept to the end is all the same.
    const Timestamp due = tick();
    platform_.clock.wait_until(due, nap.get_token());
  }
}

void Watcher::wake() {
  MutexLock lock(mutex_);
  nap_.request_stop();
}

}  // namespace caudal::schedule
