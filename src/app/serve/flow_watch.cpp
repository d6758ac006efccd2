// SPDX-License-Identifier: Apache-2.0
#include "app/serve/flow_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/commands/flows_common.h"
#include "app/commands/flows_run.h"
#include "base/date.h"
#include "base/random.h"
#include "flows/engine/runner.h"

namespace caudal::app {
namespace {

constexpr auto kTimeForNotices = std::chrono::seconds(10);

flows::engine::RunRequest request_of(const schedule::StartRequest& start) {
  flows::engine::RunRequest request{.flow = start.flow, .trigger = start.trigger, .work_key = start.work_key};
  request.parameters.from = request.parameters.to = start.month;
  for (const runs::DeliveredFile& file : start.files) request.parameters.files.push_back(file.uri);
  return request;
}

}  // namespace

Result<std::vector<flows::FlowDefinition>> load_flows(Context& context, const std::vector<std::string>& names) {
  std::vector<flows::FlowDefinition> loaded;
  for (const std::string& name : names) loaded.push_back(TRY(read_named_flow(context, name)));
  if (!names.empty()) return loaded;
  for (const std::filesystem::path& folder : TRY(flow_folders(context))) {
    loaded.push_back(TRY(read_named_flow(context, (folder / "").string())));
  }
  return loaded;
}

std::vector<FlowWatch::Awaited> FlowWatch::awaited_by(const std::vector<flows::FlowDefinition>& flows) {
  std::vector<Awaited> awaited;
  for (const flows::FlowDefinition& flow : flows) {
    for (const flows::InputDefinition& input : flow.inputs) awaited.push_back({flow.bucket, input.pattern});
  }
  return awaited;
}

FlowWatch::FlowWatch(Context& context, const flows::engine::Platform& platform, std::unique_ptr<FlowSources> sources,
                     std::unique_ptr<notices::Notifier> notifier, FlowWatchOptions options)
    : context_(context),
      platform_(platform),
      sources_(std::move(sources)),
      awaited_(awaited_by(options.flows)),
      notifier_(std::move(notifier)),
      reporter_(context.teller(), true),
      files_(platform.objects),
      starter_([this](const schedule::StartRequest& request, std::stop_token stop) { return start(request, stop); }) {
  if (!options.inbox) return;
  inbox_.emplace(*options.inbox, [this](const std::filesystem::path& file, const std::string& bucket,
                                        const std::string& key) { return files_.import(file, bucket, key); });
}

Result<std::unique_ptr<FlowWatch>> FlowWatch::open(Context& context, FlowWatchOptions options) {
  TRY(tell_unconfigured(context, options.flows));
  Platform& platform = *TRY(context.platform());
  auto sources = std::make_unique<FlowSources>(platform, *TRY(context.config()), context.clock());
  const flows::engine::Platform flows = TRY(platform.flows());
  auto notifier = TRY(open_notifier(context));
  std::unique_ptr<FlowWatch> watch(new FlowWatch(context, flows, std::move(sources), std::move(notifier), options));
  const schedule::WatchPlatform stands_on{
      .clock = context.clock(),
      .kv = platform.kv(),
      .runs = watch->platform_.runs,
      .files = watch->files_,
      .starter = watch->starter_,
      .notify = [one = watch.get()](notices::Notice notice) { one->notifier_->notify(std::move(notice)); },
      .log = [one = watch.get()](runs::LogLevel, std::string_view text) { one->tell(text); },
      .inbox = watch->inbox_ ? &*watch->inbox_ : nullptr};
  watch->watcher_ = TRY(schedule::Watcher::open(stands_on, std::move(options.flows),
                                                {.poll_interval = options.poll, .seed = secure_random_u64()}));
  return watch;
}

void FlowWatch::run(const std::stop_token& stop) {
  watcher_->run(stop);
  starter_.stop();
  tell_unsent(context_, notifier_->flush(kTimeForNotices));
}

void FlowWatch::object_came(const std::string& bucket, const std::string& key) {
  const auto waits = [&](const Awaited& one) { return one.bucket == bucket && one.pattern.match(key).has_value(); };
  if (std::ranges::any_of(awaited_, waits)) watcher_->wake();
}

void FlowWatch::tell(std::string_view text) {
  context_.say(fmt::format("{}  {}", caudal::to_string(context_.clock().now()), text));
}

Result<void> FlowWatch::start(const schedule::StartRequest& request, std::stop_token stop) {
  TRY(check_sql_of(*request.flow));
  flows::engine::Runner runner(platform_, reporter_, notifier_.get(), secure_random_u64());
  runner.collect_from(sources_->by_name());
  const auto summary = request.resume ? TRY(runner.resume(*request.flow, *request.resume, stop))
                                      : TRY(runner.start(request_of(request), stop));
  tell(fmt::format("run {} of {} for {} {}{}{}", summary.run.id.text(), summary.run.flow,
                   caudal::to_string(request.month), runs::to_string(summary.run.state), summary.error ? ": " : "",
                   summary.error ? summary.error->to_string() : ""));
  return {};
}

}  // namespace caudal::app
