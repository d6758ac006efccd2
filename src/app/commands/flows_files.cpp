// SPDX-License-Identifier: Apache-2.0
// `caudal flows list|check|show`: what is in the folders of flows. Runs nothing.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands/flows_common.h"
#include "app/commands/flows_run.h"
#include "app/errors.h"
#include "base/mistakes.h"
#include "flows/definition/load.h"
#include "flows/engine/statement_check.h"

namespace caudal::app {
namespace {

namespace fs = std::filesystem;

Result<void> run_list(Context& context, const Arguments&) {
  const auto folders = TRY(flow_folders(context));
  const std::vector<Column> columns = {
      {"flow"},     {"state"},      {"inputs", Column::Kind::kNumber}, {"steps", Column::Kind::kNumber},
      {"schedule"}, {"description"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const fs::path& folder : folders) {
      Mistakes mistakes;
      const flows::FlowDefinition flow = flows::load_flow(folder, mistakes);
      TRY(rows.row({folder.filename().string(), mistakes.empty() ? "ok" : "mistakes",
                    std::to_string(flow.inputs.size()), std::to_string(flow.steps.size()),
                    flow.schedule ? Cell(flow.schedule->cron) : Cell(), flow.description}));
    }
    return {};
  });
}

Result<void> print_mistakes(Context& context, const std::vector<Mistake>& mistakes) {
  const std::vector<Column> columns = {
      {"file"}, {"line", Column::Kind::kNumber}, {"column", Column::Kind::kNumber}, {"mistake"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const Mistake& mistake : mistakes) {
      TRY(rows.row({mistake.place.file, std::to_string(mistake.place.line), std::to_string(mistake.place.column),
                    mistake.message}));
    }
    return {};
  });
}

Result<void> run_check(Context& context, const Arguments& arguments) {
  std::vector<fs::path> folders;
  for (const std::string& name : arguments.texts("FLOW")) folders.push_back(TRY(find_flow_folder(context, name)));
  if (folders.empty()) folders = TRY(some_flow_folders(context));
  Mistakes all;
  for (const fs::path& folder : folders) {
    Mistakes mistakes;
    const flows::FlowDefinition flow = flows::load_flow(folder, mistakes);
    if (mistakes.empty()) mistakes.add(TRY(flows::engine::check_statements(flow)));
    if (mistakes.empty()) {
      context.say(fmt::format("{}: {}, {}, nothing wrong", folder.string(), counted(flow.inputs.size(), "input"),
                              counted(flow.steps.size(), "step")));
      TRY(tell_unconfigured(context, {flow}));
    }
    all.add(std::move(mistakes));
  }
  if (TRY(context.for_people())) return all.empty() ? Result<void>() : all.to_error();
  const std::vector<Mistake> sorted = all.sorted();
  TRY(print_mistakes(context, sorted));
  if (sorted.empty()) return {};
  return Error{Errc::usage, counted(sorted.size(), "mistake")};
}

std::string output_of(const flows::StepDefinition& step) {
  struct Visitor {
    std::string operator()(const flows::DeliverStep& deliver) const { return "raw/" + deliver.input; }
    std::string operator()(const flows::CurateStep& curate) const { return curate.output.to_string(); }
    std::string operator()(const flows::ReconcileStep&) const { return "caudal.reconciliation"; }
    std::string operator()(const flows::SqlStep& sql) const { return sql.output.table.to_string(); }
    std::string operator()(const flows::BookStep& book) const { return book.output.table.to_string(); }
    std::string operator()(const flows::DictionaryStep& dictionary) const {
      return dictionary.output.table.to_string();
    }
    std::string operator()(const flows::DriftDefinition&) const { return "caudal.drift"; }
    std::string operator()(const flows::CollectStep& collect) const { return collect.output.table.to_string(); }
  };
  return std::visit(Visitor(), step.action);
}

Result<void> run_show(Context& context, const Arguments& arguments) {
  const flows::FlowDefinition flow = TRY(load_named_flow(context, arguments.text_or("FLOW", "")));
  if (TRY(context.for_people())) {
    context.say(fmt::format("{}: {}", flow.name, flow.description));
    for (const flows::InputDefinition& input : flow.inputs) {
      context.say(fmt::format("  waits for s3://{}/{}", flow.bucket, input.pattern.text()));
    }
  }
  return context.table({{"step"}, {"kind"}, {"after"}, {"writes"}}, [&](TableWriter& rows) -> Result<void> {
    for (const flows::StepDefinition& step : flow.steps) {
      TRY(rows.row({step.name, step.kind(), fmt::format("{}", fmt::join(step.after, ", ")), output_of(step)}));
    }
    return {};
  });
}

}  // namespace

Command flows_list_command() {
  return {.name = "list",
          .summary = "list the flows",
          .examples = {"caudal flows list"},
          .options = table_options(),
          .run = run_list};
}

Command flows_check_command() {
  return {.name = "check",
          .summary = "look for mistakes in flows, without running anything",
          .details = "Every mistake is told with its file, line and what was expected. Exit code 2 when there are any.",
          .examples = {"caudal flows check", "caudal flows check ./flows/invoices"},
          .options = table_options(),
          .positionals = {{.name = "FLOW",
                           .help = "names or folders of flows; without any, all of them",
                           .required = false,
                           .repeatable = true,
                           .completes = Completes::kFolder}},
          .run = run_check};
}

Command flows_show_command() {
  return {.name = "show",
          .summary = "show what a flow waits for, and its steps",
          .examples = {"caudal flows show invoices"},
          .options = table_options(),
          .positionals = {{.name = "FLOW", .help = kFlowHelp}},
          .run = run_show};
}

}  // namespace caudal::app
