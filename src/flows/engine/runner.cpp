// SPDX-License-Identifier: Apache-2.0
// The frame around an execution: one run at a time, its record, its end.
#include "flows/engine/runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "flows/engine/deliver_step.h"
#include "flows/engine/errors.h"
#include "flows/engine/execution.h"
#include "flows/engine/retirement.h"
#include "flows/engine/run_notice.h"

namespace caudal::flows::engine {
namespace {

Result<void> check_step_names(const FlowDefinition& flow, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const bool is_input = flow.find_input(name) != nullptr;
    const bool is_step = std::ranges::any_of(
        flow.steps, [&](const StepDefinition& step) { return step.name == name || step.name.starts_with(name + "_"); });
    if (is_input || is_step) continue;
    std::string known;
    for (const StepDefinition& step : flow.steps) known += (known.empty() ? "" : ", ") + step.name;
    return Error{Errc::unknown_step,
                 fmt::format("flow {} has no step or input '{}'; its steps are {}", flow.name, name, known)};
  }
  return {};
}

// The key by which the scheduler knows that a month's files were taken already; none where only some of them are.
Result<std::string> month_key(const RunContext& context) {
  const runs::RunParameters& parameters = context.run.parameters;
  if (context.run.kind != runs::RunKind::kMonth || parameters.from != parameters.to) return std::string();
  if (!parameters.only_steps.empty()) return std::string();
  std::vector<RawDelivery> all;
  for (const InputDefinition& input : context.flow.inputs) {
    for (RawDelivery& delivery : TRY(find_deliveries(context, input))) all.push_back(std::move(delivery));
  }
  return work_key(*parameters.from, all);
}

}  // namespace

Result<void> Runner::check_request(const RunRequest& request) const {
  const runs::RunParameters& parameters = request.parameters;
  TRY(check_step_names(*request.flow, parameters.only_steps));
  TRY(check_files(*request.flow, parameters.files));
  if (request.kind == runs::RunKind::kStep && parameters.dt_bases.empty()) {
    return Error{Errc::invalid_request, "a single step needs the date it is for: --dt-base 2024-02-01"};
  }
  if (request.kind == runs::RunKind::kMonth && !parameters.from) {
    return Error{Errc::invalid_request, "which month? --month 2024-01"};
  }
  if (request.kind == runs::RunKind::kBackfill && parameters.files.empty() && !parameters.from) {
    return Error{Errc::invalid_request, "a backfill needs files, or a range of months: --from 2023-01 --to 2024-01"};
  }
  if (parameters.from && (!parameters.to || *parameters.to < *parameters.from)) {
    return Error{Errc::invalid_request, "the range of months ends before it begins"};
  }
  return {};
}

Result<Summary> Runner::start(const RunRequest& request, std::stop_token stop) {
  TRY(check_request(request));
  runs::RunRecord draft{.flow = request.flow->name,
                        .kind = request.kind,
                        .parameters = request.parameters,
                        .trigger = request.trigger,
                        .work_key = request.work_key,
                        .flow_version = request.flow->version};
  RunContext probe{platform_, *request.flow, draft, stop, observer_, sources_};
  if (request.kind == runs::RunKind::kMonth && draft.work_key.empty()) draft.work_key = TRY(month_key(probe));
  const runs::RunId id =
      request.wait ? TRY(platform_.runs.begin_or_wait(draft, stop)) : TRY(platform_.runs.begin(draft));
  observer_.passed("run.begun");
  return execute(*request.flow, TRY(platform_.runs.get(id)), stop);
}

Result<Summary> Runner::resume(const FlowDefinition& flow, const runs::RunId& run, std::stop_token stop) {
  const runs::RunRecord before = TRY(platform_.runs.get(run));
  TRY(check_not_overtaken(flow, before));
  return execute(flow, TRY(platform_.runs.resume(run)), stop);
}

Result<void> Runner::check_not_overtaken(const FlowDefinition& flow, const runs::RunRecord& run) const {
  for (const catalog::Publication& later : TRY(platform_.catalog.live().publications(flow.name, 1))) {
    const auto id = runs::RunId::parse(later.id);
    if (id && *id > run.id) {
      return Error{Errc::overtaken, fmt::format("run {} cannot be resumed: {} has published since; start a new run",
                                                run.id.text(), later.id)};
    }
  }
  return {};
}

Result<Summary> Runner::execute(const FlowDefinition& flow, runs::RunRecord run, std::stop_token stop) {
  RunContext context{platform_, flow, std::move(run), stop, observer_, sources_};
  if (context.run.kind == runs::RunKind::kRollback) return finish(context, put_back(context));
  Random random(seed_);
  Execution execution(context, random);
  return finish(context, execution.run());
}

Result<Summary> Runner::rollback(const FlowDefinition& flow, const runs::RunId& target, std::stop_token stop) {
  const runs::RunId id = TRY(platform_.runs.begin({.flow = flow.name,
                                                   .kind = runs::RunKind::kRollback,
                                                   .parameters = {.rollback_to = target.text()},
                                                   .flow_version = flow.version}));
  observer_.passed("run.begun");
  return execute(flow, TRY(platform_.runs.get(id)), stop);
}

// Rolling back again under the same id is the same, so a rollback that was killed is simply done once more.
Result<void> Runner::put_back(RunContext& context) const {
  const std::string& target = context.run.parameters.rollback_to;
  const catalog::Publication undone = TRY(platform_.catalog.rollback_to(target, context.publication()));
  observer_.passed("run.published");
  for (const catalog::PartitionName& partition : undone.moved) {
    context.log(runs::LogLevel::kInfo, "", fmt::format("{} is as it was after {}", partition.to_string(), target));
  }
  for (const catalog::ColumnChange& change : TRY(platform_.catalog.live().column_changes(undone.sequence))) {
    context.log(runs::LogLevel::kInfo, "",
                fmt::format("{}.{} has the columns again that it had after {}", change.database, change.table, target));
  }
  return {};
}

Result<Summary> Runner::finish(RunContext& context, Result<void> result) {
  Summary summary{.run = context.run, .error = {}};
  if (!result) summary.error = result.error();
  const runs::RunEnd end = result ? runs::RunEnd{} : runs::run_end_of(result.error());
  const Result<void> recorded = platform_.runs.finish(context.run.id, end);
  observer_.passed("run.finished");
  if (const auto run = platform_.runs.get(context.run.id)) summary.run = *run;
  if (!recorded) {  // the record will say so once it can be written; people are told now
    summary.run.state = end.state;
    summary.run.ended = platform_.clock.now();
  }
  if (result && recorded) {
    // The run has done its work: what it leaves behind is swept now, or by the next run.
    if (const auto swept = retire(context); !swept) {
      context.log(runs::LogLevel::kWarning, "", "clearing up: " + swept.error().to_string());
    }
  }
  if (notifier_ != nullptr) {
    if (auto notice = notice_of(context.flow, platform_.runs, summary)) notifier_->notify(*std::move(notice));
  }
  if (!recorded) return recorded.error();
  return summary;
}

}  // namespace caudal::flows::engine
