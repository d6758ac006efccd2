// SPDX-License-Identifier: Apache-2.0
// Flows by name, runs as tables.
#include "app/commands/flows_common.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "app/errors.h"
#include "app/settings.h"
#include "base/date.h"
#include "base/mistakes.h"
#include "flows/definition/load.h"
#include "flows/engine/statement_check.h"
#include "flows/runs/run_store.h"

namespace caudal::app {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> flow_folders(Context& context) {
  return flows::find_flows(flows_directory(*TRY(context.config())));
}

namespace {

std::string no_flows(const fs::path& directory) {
  return fmt::format(
      "no flows are in {}; set `flows` in the configuration, or CAUDAL_FLOWS, to the folder that holds "
      "them",
      directory.string());
}

}  // namespace

Result<std::vector<fs::path>> some_flow_folders(Context& context) {
  auto folders = TRY(flow_folders(context));
  if (folders.empty()) return Error{Errc::usage, no_flows(flows_directory(*TRY(context.config())))};
  return folders;
}

Result<fs::path> find_flow_folder(Context& context, const std::string& name) {
  if (name.find('/') != std::string::npos) return fs::path(name).lexically_normal();
  std::vector<std::string> known;
  for (const fs::path& folder : TRY(flow_folders(context))) {
    if (folder.filename() == name) return folder;
    known.push_back(folder.filename());
  }
  const fs::path directory = flows_directory(*TRY(context.config()));
  if (known.empty()) return Error{Errc::usage, fmt::format("there is no flow '{}': {}", name, no_flows(directory))};
  return Error{Errc::usage, fmt::format("there is no flow '{}' in {}{}; there are: {}", name, directory.string(),
                                        did_you_mean(name, known), fmt::join(known, ", "))};
}

Result<flows::FlowDefinition> read_named_flow(Context& context, const std::string& name) {
  return flows::load_flow(TRY(find_flow_folder(context, name)));
}

Result<void> check_sql_of(const flows::FlowDefinition& flow) {
  const Mistakes mistakes = TRY(flows::engine::check_statements(flow));
  return mistakes.empty() ? Result<void>() : mistakes.to_error();
}

Result<flows::FlowDefinition> load_named_flow(Context& context, const std::string& name) {
  flows::FlowDefinition flow = TRY(read_named_flow(context, name));
  TRY(check_sql_of(flow));
  return flow;
}

Result<std::string> known_flow(Context& context, const std::string& name) {
  // A flow whose folder is gone still has its runs.
  runs::RunStore& store = *TRY(context.runs());
  if (!TRY(store.list({.flow = name, .limit = 1})).empty()) return name;
  const fs::path path(name);
  std::set<std::string> known;
  for (const fs::path& folder : TRY(flow_folders(context))) known.insert(folder.filename());
  const std::string last = path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
  if (known.contains(last) || (last != name && !TRY(store.list({.flow = last, .limit = 1})).empty())) return last;
  for (const runs::RunRecord& run : TRY(store.list({.limit = 1000}))) known.insert(run.flow);
  if (known.empty()) {
    return Error{Errc::usage,
                 fmt::format("there is no flow '{}': {}", name, no_flows(flows_directory(*TRY(context.config()))))};
  }
  return Error{Errc::usage, fmt::format("there is no flow '{}'{}; there are: {}", name,
                                        did_you_mean(name, std::vector<std::string>(known.begin(), known.end())),
                                        fmt::join(known, ", "))};
}

std::string counted(uint64_t number, std::string_view thing) {
  return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

std::optional<std::string> duration_ms(std::optional<Timestamp> started, std::optional<Timestamp> ended) {
  if (!started || !ended) return std::nullopt;
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(*ended - *started).count());
}

std::string describe_parameters(const runs::RunParameters& parameters) {
  std::vector<std::string> parts;
  if (!parameters.only_steps.empty()) parts.push_back(fmt::format("{}", fmt::join(parameters.only_steps, ", ")));
  if (parameters.from && parameters.from == parameters.to) {
    parts.push_back(to_string(*parameters.from));
  } else if (parameters.from && parameters.to) {
    parts.push_back(to_string(*parameters.from) + " to " + to_string(*parameters.to));
  }
  if (!parameters.dt_bases.empty()) {
    parts.push_back("for " + to_string(parameters.dt_bases.front()) + (parameters.dt_bases.size() > 1 ? ", ..." : ""));
  }
  if (!parameters.files.empty()) parts.push_back(counted(parameters.files.size(), "file"));
  if (!parameters.rollback_to.empty()) parts.push_back("to " + parameters.rollback_to);
  return fmt::format("{}", fmt::join(parts, " "));
}

Result<void> print_runs(Context& context, const std::vector<runs::RunRecord>& runs) {
  const std::vector<Column> columns = {{"run"},
                                       {"flow"},
                                       {"kind"},
                                       {"state"},
                                       {"what"},
                                       {"started"},
                                       {"duration_ms", Column::Kind::kNumber},
                                       {"warnings", Column::Kind::kNumber},
                                       {"error"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const runs::RunRecord& run : runs) {
      const auto duration = duration_ms(run.started, run.ended);
      TRY(rows.row({run.id.text(), run.flow, runs::to_string(run.kind), runs::to_string(run.state),
                    describe_parameters(run.parameters), to_string(run.started), duration ? Cell(*duration) : Cell(),
                    std::to_string(run.warnings), run.error.empty() ? Cell() : Cell(run.error)}));
    }
    return {};
  });
}

Result<void> print_steps(Context& context, const std::vector<runs::StepRecord>& steps) {
  const std::vector<Column> columns = {{"step"},
                                       {"state"},
                                       {"rows_in", Column::Kind::kNumber},
                                       {"rows_out", Column::Kind::kNumber},
                                       {"duration_ms", Column::Kind::kNumber},
                                       {"message"}};
  return context.table(columns, [&](TableWriter& rows) -> Result<void> {
    for (const runs::StepRecord& step : steps) {
      const auto duration = duration_ms(step.started, step.ended);
      TRY(rows.row({step.name, runs::to_string(step.state), std::to_string(step.rows_in), std::to_string(step.rows_out),
                    duration ? Cell(*duration) : Cell(), step.message}));
    }
    return {};
  });
}

}  // namespace caudal::app
