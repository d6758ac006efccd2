// SPDX-License-Identifier: Apache-2.0
// `caudal flows run|backfill|resume|rollback`: starting runs, and how they end.
#include "app/commands/flows_run.h"

#include <fmt/format.h>

#include "app/commands/flows_common.h"
#include "app/commands/run_reporter.h"
#include "app/errors.h"
#include "app/flow_sources.h"
#include "base/file.h"
#include "base/random.h"
#include "flows/engine/runner.h"

namespace caudal::app {
namespace {

using flows::engine::Runner;
using flows::engine::RunRequest;
using flows::engine::Summary;

constexpr auto kTimeForNotices = std::chrono::seconds(30);

// What to type after a run that did not succeed.
std::string advice(const runs::RunRecord& run) {
  const std::string& id = run.id.text();
  if (run.state == runs::RunState::kRefused) {
    return fmt::format(
        "nothing was published; `caudal flows quarantine {0}` shows the refused rows, and `caudal flows "
        "resume {0} {1}` goes on once the data, or the rule, is mended",
        run.flow, id);
  }
  return fmt::format(
      "nothing was published; `caudal flows logs {0} {1}` tells more, `caudal flows resume {0} {1}` goes "
      "on where it stopped",
      run.flow, id);
}

// Prints the run's steps and turns its end into the command's.
Result<void> conclude(Context& context, const Summary& summary) {
  const runs::RunRecord& run = summary.run;
  const bool rolled_back = run.kind == runs::RunKind::kRollback;
  if (!rolled_back) TRY(print_steps(context, TRY(TRY(context.runs())->steps(run.id))));
  const auto took = duration_ms(run.started, run.ended).value_or("0");
  std::string warnings;
  if (run.warnings > 0) {
    warnings = fmt::format(", {} warning{}; `caudal flows logs {} {}` shows {}", run.warnings,
                           run.warnings == 1 ? "" : "s", run.flow, run.id.text(), run.warnings == 1 ? "it" : "them");
  }
  context.say(
      fmt::format("run {} of {} {} in {} ms{}", run.id.text(), run.flow, runs::to_string(run.state), took, warnings));
  if (!summary.error) return rolled_back ? print_moved(context, run) : Result<void>();
  Error error = *summary.error;
  error.message = error.to_string() + '\n' + advice(run);
  error.context.clear();  // told already, above the advice
  return error;
}

// Runs `work` with everything it needs, then waits for its notices to be sent: they never change how it ended.
Result<void> with_runner(Context& context, const std::function<Result<Summary>(Runner&)>& work) {
  Platform& rooms = *TRY(context.platform());
  const auto platform = TRY(rooms.flows());
  FlowSources sources(rooms, *TRY(context.config()), context.clock());
  auto notifier = TRY(open_notifier(context));
  // Where standard output is the same terminal, the table of steps at the end says it all.
  RunReporter reporter(context.teller(), !context.terminal().output_is_terminal);
  Runner runner(platform, reporter, notifier.get(), secure_random_u64());
  runner.collect_from(sources.by_name());
  const auto summary = work(runner);
  context.teller().clear();
  tell_unsent(context, notifier->flush(kTimeForNotices, context.stop()));
  if (!summary) return summary.error();
  return conclude(context, *summary);
}

// Whether a run can take `file`: an object that is there, or a regular file that may be read. A folder or a pipe can
// neither be copied to raw nor be read again by a run that is resumed.
Result<void> look_at(Context& context, const std::string& file) {
  if (file.starts_with("s3://")) {
    const auto found = TRY(context.objects())->head(TRY(objects::parse_s3_uri(file)));
    if (found) return {};
    // Only what the caller can mend is a mistake of theirs.
    return found.error().is(ErrorClass::kNotFound) ? Error{Errc::usage, found.error().message} : found.error();
  }
  std::error_code unknown;  // what cannot be examined fails when it is opened
  if (std::filesystem::is_directory(file, unknown)) return Error{Errc::usage, file + " is a folder; name a file"};
  if (std::filesystem::exists(file, unknown) && !std::filesystem::is_regular_file(file, unknown)) {
    return Error{Errc::usage, file + " is no regular file; name one"};
  }
  const auto opened = File::open_read(file);
  if (opened) return {};
  const bool is_mistake = opened.error().is(ErrorClass::kNotFound) || opened.error().is(ErrorClass::kPermission);
  return is_mistake ? Error{Errc::usage, opened.error().message} : opened.error();
}

// Absolute, because the working folder may be another when the run is resumed. A name that was mistyped is a mistake of
// the caller, told before a run begins, and not a run that failed.
Result<std::vector<std::string>> named_files(Context& context, const std::vector<std::string>& files) {
  std::vector<std::string> named;
  for (const std::string& file : files) {
    std::error_code error;
    named.push_back(file.starts_with("s3://") ? file : std::filesystem::absolute(file, error).string());
    if (error) return errno_error(error.value(), "find", file);
    TRY(look_at(context, named.back()));
  }
  return named;
}

// --month M, or --from A --to B.
Result<void> take_months(const Arguments& arguments, runs::RunParameters& parameters) {
  const auto month = TRY(arguments.month("--month"));
  parameters.from = TRY(arguments.month("--from"));
  parameters.to = TRY(arguments.month("--to"));
  if (month && (parameters.from || parameters.to)) {
    return Error{Errc::usage, "give either --month, or --from and --to"};
  }
  if (parameters.from.has_value() != parameters.to.has_value()) {
    return Error{Errc::usage, "a range of months needs both --from and --to"};
  }
  if (month) parameters.from = parameters.to = month;
  return {};
}

Result<void> take_dates(const Arguments& arguments, runs::RunParameters& parameters) {
  for (const std::string& text : arguments.texts("--dt-base")) {
    const auto date = parse_date(text);
    if (!date) return Error{Errc::usage, fmt::format("--dt-base must be a date such as 2024-02-01, found '{}'", text)};
    parameters.dt_bases.push_back(*date);
  }
  return {};
}

Result<void> run_run(Context& context, const Arguments& arguments) {
  const flows::FlowDefinition flow = TRY(load_named_flow(context, arguments.text_or("FLOW", "")));
  RunRequest request{.flow = &flow, .wait = arguments.has("--wait")};
  TRY(take_months(arguments, request.parameters));
  TRY(take_dates(arguments, request.parameters));
  for (const char* option : {"--step", "--only"}) {
    const auto& steps = arguments.texts(option);
    request.parameters.only_steps.insert(request.parameters.only_steps.end(), steps.begin(), steps.end());
  }
  request.parameters.forced = arguments.has("--force");
  const runs::RunParameters& asked = request.parameters;
  if (!asked.from && !asked.only_steps.empty()) {
    request.kind = runs::RunKind::kStep;
  } else if (asked.from != asked.to) {
    request.kind = runs::RunKind::kBackfill;
  }
  return with_runner(context, [&](Runner& runner) { return runner.start(request, context.stop()); });
}

Result<void> run_backfill(Context& context, const Arguments& arguments) {
  const flows::FlowDefinition flow = TRY(load_named_flow(context, arguments.text_or("FLOW", "")));
  RunRequest request{.flow = &flow, .kind = runs::RunKind::kBackfill, .wait = arguments.has("--wait")};
  TRY(take_months(arguments, request.parameters));
  TRY(take_dates(arguments, request.parameters));
  request.parameters.files = TRY(named_files(context, arguments.texts("FILE")));
  request.parameters.forced = arguments.has("--force");
  return with_runner(context, [&](Runner& runner) { return runner.start(request, context.stop()); });
}

Result<void> run_resume(Context& context, const Arguments& arguments) {
  const flows::FlowDefinition flow = TRY(load_named_flow(context, arguments.text_or("FLOW", "")));
  const runs::RunRecord run = TRY(TRY(context.runs())->find(flow.name, arguments.text_or("RUN", "last")));
  return with_runner(context, [&](Runner& runner) { return runner.resume(flow, run.id, context.stop()); });
}

Result<void> run_rollback(Context& context, const Arguments& arguments) {
  const flows::FlowDefinition flow = TRY(load_named_flow(context, arguments.text_or("FLOW", "")));
  const runs::RunRecord run = TRY(TRY(context.runs())->find(flow.name, arguments.text_or("--to", "")));
  TRY(check_rollback(context, run));
  return with_runner(context, [&](Runner& runner) { return runner.rollback(flow, run.id, context.stop()); });
}

const Positional kFlow{.name = "FLOW", .help = kFlowHelp};
const Option kWait{.name = "--wait", .help = "wait for another run of the flow to end, instead of being refused"};
const Option kDtBase{.name = "--dt-base",
                     .value = "DATE",
                     .help = "the reference date of the books (default: one for each month of the files)",
                     .repeatable = true};
const Option kForce{.name = "--force", .help = "compute again what is up to date"};
const Option kMonth{.name = "--month", .value = "YYYY-MM", .help = "the month of the files"};
const Option kFrom{.name = "--from", .value = "YYYY-MM", .help = "the first of several months"};
const Option kTo{.name = "--to", .value = "YYYY-MM", .help = "the last of several months"};

}  // namespace

Result<void> replay_quarantined(Context& context, const flows::FlowDefinition& flow) {
  const RunRequest request{.flow = &flow, .kind = runs::RunKind::kReplay};
  return with_runner(context, [&](Runner& runner) { return runner.start(request, context.stop()); });
}

Command flows_run_command() {
  return {.name = "run",
          .summary = "run a flow for a month, or some of its steps",
          .details =
              "Takes the month's files from where the flow waits for them. All that the run makes becomes visible\n"
              "at once when it succeeds. Running again what is done already changes nothing.",
          .examples = {"caudal flows run invoices --month 2024-01",
                       "caudal flows run invoices --month 2024-01 --only book_variaveis",
                       "caudal flows run invoices --step book --dt-base 2024-02-01"},
          .options = table_options(
              {kMonth,
               kFrom,
               kTo,
               {.name = "--only",
                .value = "STEP",
                .help = "only this step, or the steps of this input, and what follows from them",
                .repeatable = true},
               {.name = "--step",
                .value = "STEP",
                .help = "only this step, and of a book its dictionary; with --dt-base and without a month",
                .repeatable = true},
               kDtBase,
               kForce,
               kWait}),
          .positionals = {kFlow},
          .run = run_run};
}

Command flows_backfill_command() {
  return {.name = "backfill",
          .summary = "run a flow over many months at once",
          .details =
              "FILEs may hold many months, and may lie anywhere; each belongs to the input whose name its own begins\n"
              "with. One that is not there or cannot be read is refused before a run begins. Without files, those of\n"
              "the months from --from to --to are taken from where the flow waits.",
          .examples = {"caudal flows backfill invoices tb_faturas.csv tb_pagamentos.csv",
                       "caudal flows backfill invoices --from 2023-01 --to 2024-01",
                       "caudal flows backfill invoices tb_*.csv --dt-base 2024-02-01"},
          .options = table_options({kMonth, kFrom, kTo, kDtBase, kForce, kWait}),
          .positionals = {kFlow,
                          {.name = "FILE",
                           .help = "files, or s3:// addresses",
                           .required = false,
                           .repeatable = true,
                           .completes = Completes::kFile}},
          .run = run_backfill};
}

Command flows_resume_command() {
  return {.name = "resume",
          .summary = "take up a run where it stopped",
          .details = "Steps that had succeeded are not done again.",
          .examples = {"caudal flows resume invoices", "caudal flows resume invoices 20240201T060003-4f2a91"},
          .options = table_options(),
          .positionals = {kFlow,
                          {.name = "RUN",
                           .help = "the run's id, or its beginning or end (default: the last)",
                           .required = false}},
          .run = run_resume};
}

Command flows_rollback_command() {
  return {
      .name = "rollback",
      .summary = "put a flow's tables back to what they were after an earlier run",
      .details =
          "It is a run of its own, so it can be undone the same way. Tells each partition that moved: the run that\n"
          "had put it there, the run whose rows it has again (none: it is there no more), and its rows before and\n"
          "after.",
      .examples = {"caudal flows rollback invoices --to 20240201T060003-4f2a91"},
      .options = table_options(
          {{.name = "--to", .value = "RUN", .help = "the run after which all was well", .required = true}}),
      .positionals = {kFlow},
      .run = run_rollback};
}

}  // namespace caudal::app
