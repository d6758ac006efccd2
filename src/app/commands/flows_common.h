// SPDX-License-Identifier: Apache-2.0
// What the families of `caudal flows` share: finding a flow, and the words for runs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/context.h"
#include "flows/definition/flow.h"
#include "flows/runs/records.h"

namespace caudal::app {

// The folder of the flow called `name`, or `name` itself where it is a path (it has a slash). Errors: kUsage with the
// flows that there are.
Result<std::filesystem::path> find_flow_folder(Context& context, const std::string& name);
// All flows, in order of name.
Result<std::vector<std::filesystem::path>> flow_folders(Context& context);
// The same; an error of class kUsage when there are none.
Result<std::vector<std::filesystem::path>> some_flow_folders(Context& context);
// Read and checked whole.
Result<flows::FlowDefinition> load_named_flow(Context& context, const std::string& name);
// The same in two parts, for who waits long before a flow runs, if ever: the SQL is checked by DuckDB, whose memory a
// process keeps.
Result<flows::FlowDefinition> read_named_flow(Context& context, const std::string& name);
Result<void> check_sql_of(const flows::FlowDefinition& flow);

// The name of a flow that has runs, or whose folder is there. Errors: kUsage with those that there are.
Result<std::string> known_flow(Context& context, const std::string& name);

// "1 row", "2 rows".
std::string counted(uint64_t number, std::string_view thing);
// "1234", or nothing while it has not ended.
std::optional<std::string> duration_ms(std::optional<Timestamp> started, std::optional<Timestamp> ended);
// "2024-01 to 2024-03", "book_cliente for 2024-02-01", ...: what the run was asked to do.
std::string describe_parameters(const runs::RunParameters& parameters);
// The rows of `flows runs`.
Result<void> print_runs(Context& context, const std::vector<runs::RunRecord>& runs);
// The rows that `flows run` and its kin end with.
Result<void> print_steps(Context& context, const std::vector<runs::StepRecord>& steps);

inline const char* const kFlowHelp = "the flow's name, or the path of its folder";

Command flows_list_command();
Command flows_check_command();
Command flows_show_command();
Command flows_runs_command();
Command flows_logs_command();

}  // namespace caudal::app
