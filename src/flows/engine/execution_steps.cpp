// SPDX-License-Identifier: Apache-2.0
// What each kind of step does, and what is recorded of it.
#include <fmt/format.h>

#include <algorithm>

#include "flows/engine/collect_step.h"
#include "flows/engine/deliver_step.h"
#include "flows/engine/execution.h"
#include "flows/engine/reconcile_step.h"

namespace caudal::flows::engine {

Result<std::string> Execution::result_of(const StepDefinition* step) const {
  const auto done = step ? done_.find(step->name) : done_.end();
  return done == done_.end() ? std::string() : done->second.result;
}

Result<runs::StepOutcome> Execution::do_deliver(const DeliverStep& step) {
  const InputDefinition& input = *context_.flow.find_input(step.input);
  std::vector<RawDelivery> deliveries = TRY(find_deliveries(context_, input));
  TRY(deliver(context_, deliveries));
  runs::StepOutcome outcome;
  for (const RawDelivery& delivery : deliveries) {
    outcome.step.bytes_in += delivery.size_bytes;
    outcome.lineage.push_back({.input = delivery.source,
                               .input_version = delivery.identity,
                               .output_table = "raw." + delivery.input,
                               .output_partition = delivery.raw_uri,
                               .rows = 0});
  }
  outcome.step.bytes_out = outcome.step.bytes_in;
  outcome.step.result = encode(deliveries);
  outcome.step.message =
      fmt::format("{} file{} laid down in raw", deliveries.size(), deliveries.size() == 1 ? "" : "s");
  return outcome;
}

Result<runs::StepOutcome> Execution::do_curate(const StepDefinition& definition, const CurateStep& step) {
  CurateRequest request{.step = definition.name,
                        .input = context_.flow.find_input(step.input),
                        .action = &step,
                        .deliveries = TRY(delivered(step.input)),
                        .curated_tables = {},
                        .replay_all = context_.run.kind == runs::RunKind::kReplay};
  for (const StepDefinition& other : context_.flow.steps) {
    if (const auto* curates = std::get_if<CurateStep>(&other.action)) {
      request.curated_tables.emplace(curates->input, curates->output);
    }
  }
  CurateResult made = TRY(curate(context_, request));
  runs::StepOutcome outcome;
  Tally read;
  Tally curated;
  uint64_t quarantined = 0;
  uint64_t other_month = 0;
  for (const FileAccount& file : made.account.files) {
    outcome.step.rows_in += file.read.rows;
    outcome.step.rows_out += file.curated.rows;
    quarantined += file.quarantined.rows;
    other_month += file.early + file.late;
  }
  outcome.step.bytes_in = made.bytes_in;
  outcome.step.bytes_out = made.bytes_out;
  outcome.step.result = encode(made.account);
  outcome.step.message =
      fmt::format("{} rows read, {} curated, {} quarantined, {} repeats; {} of another month than their file's",
                  outcome.step.rows_in, outcome.step.rows_out, quarantined,
                  outcome.step.rows_in - outcome.step.rows_out - quarantined, other_month);
  outcome.quality = std::move(made.quality);
  if (made.refusal.empty()) {
    outcome.lineage = std::move(made.lineage);
  } else {
    outcome.step.state = runs::StepState::kRefused;
    outcome.step.message = std::move(made.refusal);
  }
  if (made.warnings > 0) TRY(context_.platform.runs.add_warnings(context_.run.id, made.warnings));
  return outcome;
}

Result<runs::StepOutcome> Execution::do_reconcile(const ReconcileStep& step) {
  std::vector<ReconcileInput> inputs;
  for (const StepDefinition& other : context_.flow.steps) {
    const auto* curates = std::get_if<CurateStep>(&other.action);
    if (curates == nullptr || std::ranges::find(step.inputs, curates->input) == step.inputs.end()) continue;
    const std::string bytes = TRY(result_of(&other));
    if (bytes.empty()) continue;
    inputs.push_back({context_.flow.find_input(curates->input), curates->output, TRY(decode_account(bytes))});
  }
  ReconcileResult made = TRY(reconcile(context_, inputs));
  runs::StepOutcome outcome;
  size_t files = 0;
  for (const ReconcileInput& input : inputs) {
    files += input.account.files.size();
    for (const FileAccount& file : input.account.files) outcome.step.rows_in += file.read.rows;
  }
  size_t days = 0;
  for (const std::string& name : step.collected) {
    const StepDefinition& collects = *context_.flow.find_step(name);
    const std::string bytes = TRY(result_of(&collects));
    if (bytes.empty()) continue;
    const CollectAccount account = TRY(decode_collected(bytes));
    days += account.size();
    auto held = TRY(reconcile_collected(context_, std::get<CollectStep>(collects.action), account));
    for (const auto& record : held.records) outcome.step.rows_in += record.rows_read;
    std::ranges::move(held.records, std::back_inserter(made.records));
    std::ranges::move(held.mismatches, std::back_inserter(made.mismatches));
  }
  outcome.step.message = step.collected.empty() ? fmt::format("{} file{} reconciled", files, files == 1 ? "" : "s")
                                                : fmt::format("{} files and {} days reconciled", files, days);
  if (!made.mismatches.empty()) {
    outcome.step.state = runs::StepState::kRefused;
    outcome.step.message =
        fmt::format("rows or amounts do not add up, nothing was published: {}", fmt::join(made.mismatches, "; "));
  }
  outcome.reconciliation = std::move(made.records);
  return outcome;
}

Result<runs::StepOutcome> Execution::do_collect(const CollectStep& step) {
  CollectResult made = TRY(collect(context_, step));
  runs::StepOutcome outcome;
  outcome.step.rows_in = outcome.step.rows_out = made.rows;
  outcome.step.bytes_out = made.bytes;
  outcome.step.result = encode(made.account);
  outcome.step.message = fmt::format("{} days looked at, {} published", made.account.size(), made.published.size());
  outcome.lineage = std::move(made.lineage);
  return outcome;
}

Result<runs::StepOutcome> Execution::do_derive(const StepDefinition& step, Date dt_base) {
  DeriveResult made = TRY(derive(context_, shared_, step, dt_base));
  runs::StepOutcome outcome;
  outcome.step.rows_out = made.rows;
  outcome.step.bytes_out = made.bytes;
  outcome.step.message = std::move(made.message);
  outcome.lineage = std::move(made.lineage);
  outcome.drift = std::move(made.drift);
  if (made.warnings > 0) TRY(context_.platform.runs.add_warnings(context_.run.id, made.warnings));
  return outcome;
}

}  // namespace caudal::flows::engine
