// SPDX-License-Identifier: Apache-2.0
// `caudal flows runs|logs`: what flows did.
#include <fmt/format.h>

#include "app/commands/flows_common.h"
#include "app/errors.h"
#include "base/date.h"
#include "flows/runs/run_store.h"

namespace caudal::app {
namespace {

constexpr int64_t kMostRuns = 1'000'000;

Result<void> run_runs(Context& context, const Arguments& arguments) {
  runs::RunFilter filter{.month = TRY(arguments.month("--month"))};
  if (const auto flow = arguments.text("FLOW")) filter.flow = TRY(known_flow(context, *flow));
  if (const auto state = arguments.text("--state")) filter.state = TRY(runs::parse_run_state(*state));
  filter.limit = static_cast<uint32_t>(TRY(arguments.whole("--limit", 1, kMostRuns)).value_or(20));
  return print_runs(context, TRY(TRY(context.runs())->list(filter)));
}

Result<void> run_logs(Context& context, const Arguments& arguments) {
  runs::RunStore& store = *TRY(context.runs());
  const std::string flow = TRY(known_flow(context, arguments.text_or("FLOW", "")));
  const runs::RunRecord run = TRY(store.find(flow, arguments.text_or("RUN", "last")));
  const auto lines = TRY(store.logs(run.id));
  if (TRY(context.for_people())) {
    context.say(fmt::format("run {} of {}: {}", run.id.text(), run.flow, runs::to_string(run.state)));
  }
  return context.table({{"at"}, {"level"}, {"step"}, {"text"}}, [&](TableWriter& rows) -> Result<void> {
    for (const runs::LogLine& line : lines) {
      TRY(rows.row({to_string(line.at), runs::to_string(line.level), line.step, line.text}));
    }
    return {};
  });
}

}  // namespace

Command flows_runs_command() {
  return {.name = "runs",
          .summary = "list runs, newest first",
          .examples = {"caudal flows runs", "caudal flows runs invoices --state failed"},
          .options = table_options(
              {{.name = "--state",
                .value = "STATE",
                .help = "only those in this state",
                .choices = {"running", "succeeded", "failed", "refused", "cancelled", "superseded", "interrupted"}},
               {.name = "--month", .value = "YYYY-MM", .help = "only those whose months contain this one"},
               {.name = "--limit", .value = "N", .help = "at most so many (default 20)"}}),
          .positionals = {{.name = "FLOW", .help = "only those of this flow", .required = false}},
          .run = run_runs};
}

Command flows_logs_command() {
  return {.name = "logs",
          .summary = "show what a run logged",
          .details =
              "The steps of a run that is still going are told by the command that runs it (flows run, backfill,\n"
              "resume, watch), on standard error: one process at a time has the data directory.",
          .examples = {"caudal flows logs invoices", "caudal flows logs invoices 20240201T060003-4f2a91"},
          .options = table_options(),
          .positionals = {{.name = "FLOW", .help = "the flow"},
                          {.name = "RUN",
                           .help = "the run's id, or its beginning or end (default: the last)",
                           .required = false}},
          .run = run_logs};
}

}  // namespace caudal::app
