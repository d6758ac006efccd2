// SPDX-License-Identifier: Apache-2.0
// `caudal flows watch`: the scheduler and the sensors, in the foreground.
#include <fmt/format.h>

#include "app/commands/flows_common.h"
#include "app/commands/flows_run.h"
#include "app/serve/flow_watch.h"

namespace caudal::app {
namespace {

constexpr int64_t kSlowestPollSeconds = 86'400;

Result<void> run_watch(Context& context, const Arguments& arguments) {
  FlowWatchOptions options{.flows = TRY(load_flows(context, arguments.texts("FLOW")))};
  options.poll = std::chrono::seconds(TRY(arguments.whole("--poll", 1, kSlowestPollSeconds)).value_or(30));
  if (const auto folder = arguments.text("--inbox")) options.inbox = *folder;
  std::string names;
  for (const flows::FlowDefinition& flow : options.flows) names += (names.empty() ? "" : ", ") + flow.name;
  const auto watch = TRY(FlowWatch::open(context, std::move(options)));
  context.say(fmt::format("watching {}; Ctrl-C ends it", names.empty() ? "no flow" : names));
  watch->run(context.stop());
  return {};
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
