// SPDX-License-Identifier: Apache-2.0
// `caudal flows watch`: the scheduler and the sensors, in the foreground.
#include <fmt/format.h>

#include "app/commands/flows_common.h"
#include "app/commands/flows_run.h"
#include "app/commands/run_reporter.h"
#include "base/date.h"
#include "base/random.h"
#include "flows/engine/runner.h"
#include "flows/schedule/object_files.h"
#include "flows/schedule/thread_starter.h"
#include "flows/schedule/watcher.h"

namespace caudal::app {
namespace {

namespace fs = std::filesystem;

constexpr auto kTimeForNotices = std::chrono::seconds(10);
constexpr int64_t kSlowestPollSeconds = 86'400;

Result<std::vector<flows::FlowDefinition>> load_flows(Context& context, const std::vector<std::string>& names) {
  std::vector<flows::FlowDefinition> loaded;
  for (const std::string& name : names) loaded.push_back(TRY(load_named_flow(context, name)));
  if (!names.empty()) return loaded;
  for (const fs::path& folder : TRY(flow_folders(context))) {
    loaded.push_back(TRY(load_named_flow(context, (folder / "").string())));
  }
  return loaded;
}

flows::engine::RunRequest request_of(const schedule::StartRequest& start) {
  flows::engine::RunRequest request{.flow = start.flow, .trigger = start.trigger, .work_key = start.work_key};
  request.parameters.from = request.parameters.to = start.month;
  for (const runs::DeliveredFile& file : start.files) request.parameters.files.push_back(file.uri);
  return request;
}

// Everything that the Watcher stands on, in the order in which it has to go.
class Watch {
 public:
  Watch(Context& context, const flows::engine::Platform& platform, std::unique_ptr<notices::Notifier> notifier)
      : context_(context),
        platform_(platform),
        notifier_(std::move(notifier)),
        reporter_(context.teller(), true),
        files_(platform.objects),
        starter_([this](const schedule::StartRequest& request, std::stop_token stop) { return run(request, stop); }) {}

  Result<void> watch(std::vector<flows::FlowDefinition> flows, std::chrono::seconds poll,
                     const std::optional<fs::path>& folder) {
    std::optional<schedule::Inbox> inbox;
    if (folder) {
      inbox.emplace(*folder, [this](const fs::path& file, const std::string& bucket, const std::string& key) {
        return files_.import(file, bucket, key);
      });
    }
    const schedule::WatchPlatform stands_on{
        .clock = context_.clock(),
        .kv = TRY(context_.platform())->kv(),
        .runs = platform_.runs,
        .files = files_,
        .starter = starter_,
        .notify = [this](notices::Notice notice) { notifier_->notify(std::move(notice)); },
        .log = [this](runs::LogLevel, std::string_view text) { tell(text); },
        .inbox = inbox ? &*inbox : nullptr};
    auto watcher =
        TRY(schedule::Watcher::open(stands_on, std::move(flows), {.poll_interval = poll, .seed = secure_random_u64()}));
    watcher->run(context_.stop());
    starter_.stop();
    tell_unsent(context_, notifier_->flush(kTimeForNotices));
    return {};
  }

 private:
  void tell(std::string_view text) {
    context_.say(fmt::format("{}  {}", caudal::to_string(context_.clock().now()), text));
  }

  Result<void> run(const schedule::StartRequest& request, std::stop_token stop) {
    flows::engine::Runner runner(platform_, reporter_, notifier_.get(), secure_random_u64());
    const auto summary = request.resume ? TRY(runner.resume(*request.flow, *request.resume, stop))
                                        : TRY(runner.start(request_of(request), stop));
    tell(fmt::format("run {} of {} for {} {}{}{}", summary.run.id.text(), summary.run.flow,
                     caudal::to_string(request.month), runs::to_string(summary.run.state), summary.error ? ": " : "",
                     summary.error ? summary.error->to_string() : ""));
    return {};
  }

  Context& context_;
  flows::engine::Platform platform_;
  std::unique_ptr<notices::Notifier> notifier_;
  RunReporter reporter_;
  schedule::ObjectFiles files_;
  schedule::ThreadStarter starter_;
};

Result<void> run_watch(Context& context, const Arguments& arguments) {
  auto loaded = TRY(load_flows(context, arguments.texts("FLOW")));
  const std::chrono::seconds poll(TRY(arguments.whole("--poll", 1, kSlowestPollSeconds)).value_or(30));
  std::optional<fs::path> inbox;
  if (const auto folder = arguments.text("--inbox")) inbox = *folder;
  std::string names;
  for (const flows::FlowDefinition& flow : loaded) names += (names.empty() ? "" : ", ") + flow.name;
  Watch watch(context, TRY(TRY(context.platform())->flows()), TRY(open_notifier(context)));
  context.say(fmt::format("watching {}; Ctrl-C ends it", names.empty() ? "no flow" : names));
  return watch.watch(std::move(loaded), poll, inbox);
}

}  // namespace

Command flows_watch_command() {
  return {
      .name = "watch",
      .summary = "run flows when their files come or their schedule is due",
      .details =
          "Stays in the foreground until it is told to stop (Ctrl-C, SIGTERM). Says when a file is late. A run that\n"
          "a killed watch left behind is taken up again.",
      .examples = {"caudal flows watch", "caudal flows watch invoices --inbox /srv/partners"},
      .options = {{.name = "--inbox",
                   .value = "DIR",
                   .help = "also take files that partners drop into this folder",
                   .completes = Completes::kFolder},
                  {.name = "--poll", .value = "SECONDS", .help = "how often to look (default 30)"}},
      .positionals =
          {{.name = "FLOW", .help = "flows to watch; without any, all of them", .required = false, .repeatable = true}},
      .run = run_watch};
}

}  // namespace caudal::app
