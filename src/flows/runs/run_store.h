// SPDX-License-Identifier: Apache-2.0
// The memory of what flows did. It decides who may run (one run of a flow at a time) and survives a crash at any point;
// it does not run anything.
//
//   auto runs = TRY(runs::RunStore::open(kv, clock, {}));
//   const RunId id = TRY(runs->begin({.flow = "invoices", .kind = RunKind::kMonth, ...}));   // kBusy if one is running
//   TRY(runs->update_step({.run = id, .name = "curate_faturas[2024-01]", .state = StepState::kRunning, ...}));
//   runs->log(id, LogLevel::kInfo, "curate_faturas[2024-01]", "10,000 rows read");
//   TRY(runs->record({.step = {...kSucceeded...}, .quality = {...}, .reconciliation = {...}}));
//   TRY(runs->finish(id, {.state = RunState::kSucceeded}));
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "flows/runs/errors.h"
#include "flows/runs/records.h"
#include "flows/runs/run_id.h"

namespace caudal::kv {
class Store;
}

namespace caudal::runs {

struct RunStoreOptions {
  // Steps, results and logs are kept for this many newest runs of each flow; of older ones only the RunRecord stays.
  uint32_t keep_runs_per_flow = 1000;
  // Of a longer log the oldest and the newest lines are kept, and reading it says how many were dropped between.
  uint32_t keep_first_log_lines = 2000;
  uint32_t keep_last_log_lines = 8000;
  uint32_t max_log_line_bytes = 8192;  // longer lines are cut, and say so
  uint64_t seed = 0;                   // of run ids; 0 takes the operating system's randomness
};

struct RunFilter {
  std::optional<std::string> flow = {};
  std::optional<RunState> state = {};
  std::optional<Month> month = {};  // runs whose range of months contains it
  uint32_t limit = 0;               // 0: all
};

struct RunEnd {
  RunState state = RunState::kSucceeded;  // any but kRunning
  std::string error = {};
  std::string error_class = {};
};
// The end that an error of a run means: kRefused, kCancelled or kFailed by its class, with its text.
RunEnd run_end_of(const Error& error);

// A record, and the step that left it.
template <class Record>
struct OfStep {
  std::string step = {};
  Record record = {};
};

// Thread-safe. Writes are durable when a call returns and block for an fsync, except log lines.
// One process at a time has the kv store open, so a run that is `running` when this opens has lost its process.
class RunStore {
 public:
  // `kv` and `clock` must outlive the store. Marks runs of dead processes as interrupted, and their running steps as
  // failed, in one batch per run.
  static Result<std::unique_ptr<RunStore>> open(kv::Store& kv, Clock& clock, RunStoreOptions options);
  ~RunStore();
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  // Records a new run as running and returns its id. Takes flow, kind, parameters, trigger, work_key and flow_version
  // from `draft`. Errors: kBusy when another run of the flow is live; the message names it and says what to do.
  Result<RunId> begin(const RunRecord& draft);
  // As begin, but waits for the live run to end. Errors: kCancelled when `stop` is requested meanwhile.
  Result<RunId> begin_or_wait(const RunRecord& draft, std::stop_token stop);
  // Takes up a run that failed, was refused, cancelled or interrupted: running again, attempt + 1, its steps as they
  // were left. Errors: kNotFound; kConflict when it succeeded, was superseded or is running; kBusy as begin.
  Result<RunRecord> resume(const RunId& id);
  // Ends a running run, and drops details of old runs beyond those to keep. Errors: kConflict when it is not running.
  // When it cannot be written the error says so, and the end is kept in memory and written before begin, resume,
  // live_run or find_by_work_key answer: a disk that was full for a while leaves no run running for ever.
  Result<void> finish(const RunId& id, const RunEnd& end);

  // Marks a resumable run as given up, because run `by` does its work. Errors: kConflict when it is not resumable.
  Result<void> supersede(const RunId& id, const RunId& by);

  // Writes the rows of some steps of one run in one batch, leaving what they recorded. The steps need not exist yet.
  Result<void> update_steps(const RunId& id, const std::vector<StepRecord>& steps);
  Result<void> update_step(const StepRecord& step);
  // Writes a step and everything it found in one batch, in place of what it had recorded before. Failed rules whose
  // action is "warn" and steps' own warnings are for the caller to count with add_warnings.
  Result<void> record(const StepOutcome& outcome);
  Result<void> add_warnings(const RunId& id, uint64_t count);

  Result<RunRecord> get(const RunId& id) const;
  // By id, or by an unambiguous beginning or ending of one, or "last" for the newest run of `flow`.
  Result<RunRecord> find(std::string_view flow, std::string_view id_text) const;
  // Newest first.
  Result<std::vector<RunRecord>> list(const RunFilter& filter) const;
  // The live run of a flow, if there is one.
  Result<std::optional<RunRecord>> live_run(std::string_view flow) const;
  // The newest run of `flow` with this work_key.
  Result<std::optional<RunRecord>> find_by_work_key(std::string_view flow, std::string_view work_key) const;

  // In the order of their positions.
  Result<std::vector<StepRecord>> steps(const RunId& id) const;
  Result<std::optional<StepRecord>> step(const RunId& id, std::string_view name) const;
  // In the order of step names, then as recorded.
  Result<std::vector<OfStep<QualityRecord>>> quality(const RunId& id) const;
  Result<std::vector<OfStep<LineageRecord>>> lineage(const RunId& id) const;
  Result<std::vector<OfStep<ReconciliationRecord>>> reconciliation(const RunId& id) const;
  Result<std::vector<OfStep<DriftRecord>>> drift(const RunId& id) const;

  // Adds a line to the run's log. Does not wait for the disk: lines survive the process, and a power cut may take the
  // last few. Never fails the caller: lines that cannot be written are counted, and a later line says so.
  void log(const RunId& id, LogLevel level, std::string_view step, std::string_view text);
  // The log from line `from` on. Where lines were dropped, a line of level warning says how many.
  Result<std::vector<LogLine>> logs(const RunId& id, uint64_t from = 0) const;
  // Gives the log to `sink` line by line as it grows, until the run has ended or `stop` is requested.
  Result<void> follow_logs(const RunId& id, std::stop_token stop,
                           const std::function<void(const LogLine&)>& sink) const;

  // The largest scale among amounts ever recorded, at least 2: the scale that caudal.reconciliation shows them with.
  Result<uint8_t> amount_scale() const;

 private:
  class Impl;
  explicit RunStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::runs
