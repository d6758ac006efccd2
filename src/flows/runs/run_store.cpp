// SPDX-License-Identifier: Apache-2.0
// Beginning, changing and ending runs. Each call is one batch, so that a crash leaves all of it or nothing.
#include "flows/runs/run_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "flows/runs/codec.h"
#include "flows/runs/keys.h"
#include "flows/runs/run_store_impl.h"

namespace caudal::runs {
namespace {

Result<uint8_t> stored_scale(const kv::Store& kv, kv::Family family) {
  constexpr uint8_t kUsual = 2;
  const auto value = TRY(kv.get(family, keys::amount_scale()));
  return value && value->size() == 1 ? std::max(kUsual, static_cast<uint8_t>(value->front())) : kUsual;
}

uint8_t largest_scale(const ReconciliationRecord& row) {
  return std::max(std::max(row.amount_read.scale(), row.amount_curated.scale()),
                  std::max(row.amount_quarantined.scale(), row.amount_duplicated.scale()));
}

std::string_view class_word(const Error& error) {
  constexpr std::pair<ErrorClass, std::string_view> kWords[] = {
      {ErrorClass::kUsage, "usage"},         {ErrorClass::kRefused, "refused"},
      {ErrorClass::kCancelled, "cancelled"}, {ErrorClass::kNotFound, "not found"},
      {ErrorClass::kConflict, "conflict"},   {ErrorClass::kBusy, "busy"},
      {ErrorClass::kNoSpace, "no space"},    {ErrorClass::kPermission, "permission denied"},
      {ErrorClass::kCorrupt, "corrupt"},     {ErrorClass::kUnsupported, "unsupported"}};
  for (const auto& [error_class, word] : kWords) {
    if (error.is(error_class)) return word;
  }
  return "failed";
}

}  // namespace

RunEnd run_end_of(const Error& error) {
  RunState state = RunState::kFailed;
  if (error.is(ErrorClass::kRefused)) state = RunState::kRefused;
  if (error.is(ErrorClass::kCancelled)) state = RunState::kCancelled;
  return {.state = state, .error = error.to_string(), .error_class = std::string(class_word(error))};
}

Error unknown_run(std::string_view id) {
  return {Errc::unknown_run, fmt::format("there is no run {}; `caudal flows runs` lists them", id)};
}

RunStore::Impl::Impl(kv::Store& store, kv::Family runs, kv::Family logs, Clock& the_clock,
                     const RunStoreOptions& the_options)
    : kv(store),
      family(runs),
      clock(the_clock),
      options(the_options),
      log(store, logs, the_clock,
          {.first_lines = std::max(the_options.keep_first_log_lines, 1U),
           .last_lines = std::max(the_options.keep_last_log_lines, 1U),
           .line_bytes = the_options.max_log_line_bytes}),
      random(the_options.seed != 0 ? the_options.seed : secure_random_u64()) {}

RunStore::RunStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RunStore::~RunStore() = default;

Result<std::unique_ptr<RunStore>> RunStore::open(kv::Store& kv, Clock& clock, RunStoreOptions options) {
  const kv::Family runs = TRY(kv.family("runs"));
  const kv::Family logs = TRY(kv.family("run_logs"));
  auto impl = std::make_unique<Impl>(kv, runs, logs, clock, options);
  MutexLock lock(impl->mutex);
  kv::Scan newest = kv.scan(runs, kv::Range::prefix(keys::runs()));
  newest.to_last();
  if (newest.valid()) impl->newest = TRY(RunId::parse(keys::id_at_end(newest.key())));
  TRY(newest.status());
  std::vector<RunId> dead;
  TRY(impl->each(kv::Range::prefix(keys::lives()), nullptr, [&](auto, std::string_view value) -> Result<bool> {
    dead.push_back(TRY(RunId::parse(value)));
    return true;
  }));
  for (const RunId& id : dead) TRY(impl->mark_interrupted(id));
  return std::unique_ptr<RunStore>(new RunStore(std::move(impl)));
}

Result<void> RunStore::Impl::mark_interrupted(const RunId& id) {
  RunRecord run = TRY(get(id));
  run.state = RunState::kInterrupted;
  run.ended = clock.now();
  run.error = fmt::format("process {} ended during the run without a word; `caudal flows resume {}` takes it up again",
                          run.host_pid, run.flow);
  run.error_class = "interrupted";
  kv::Batch batch;
  batch.put(family, keys::run(id), encode(run));
  batch.remove(family, keys::live(run.flow));
  const kv::Range steps = kv::Range::prefix(keys::details(keys::Detail::kStep, id));
  TRY(each(steps, nullptr, [&](std::string_view key, std::string_view value) -> Result<bool> {
    StepRecord step;
    TRY(decode(value, step));
    if (step.state == StepState::kRunning) {
      step.state = StepState::kFailed;
      step.ended = run.ended;
      step.message = "interrupted: the process ended during this step";
      batch.put(family, key, encode(step));
    }
    return true;
  }));
  TRY(kv.commit(std::move(batch)));
  log.append(id, LogLevel::kError, "", run.error);
  return log.forget(id);
}

Result<std::optional<RunId>> RunStore::Impl::live_id(std::string_view flow) const {
  const auto value = TRY(kv.get(family, keys::live(flow)));
  if (!value) return std::optional<RunId>();
  return std::optional<RunId>(TRY(RunId::parse(*value)));
}

Result<void> RunStore::Impl::refuse_if_busy(std::string_view flow) const {
  const auto live = TRY(live_id(flow));
  if (!live) return {};
  const RunRecord run = TRY(get(*live));
  return Error{
      Errc::flow_is_running,
      fmt::format("flow {} is being run already: run {} ({}), started {} in process {}; wait for it to end, or "
                  "look at it with `caudal flows logs {}`",
                  flow, live->text(), to_string(run.kind), caudal::to_string(run.started), run.host_pid, live->text())};
}

Result<RunId> RunStore::Impl::begin(const RunRecord& draft) {
  CHECK(!draft.flow.empty(), "a run belongs to a flow");
  TRY(write_unwritten_ends());
  TRY(refuse_if_busy(draft.flow));
  RunRecord run = draft;
  run.started = clock.now();
  run.id = RunId::make(run.started, random, newest);
  run.state = RunState::kRunning;
  run.ended.reset();
  run.attempt = 1;
  run.host_pid = getpid();
  run.details_pruned = false;
  kv::Batch batch;
  batch.put(family, keys::run(run.id), encode(run));
  batch.put(family, keys::flow_run(run.flow, run.id), "");
  batch.put(family, keys::kept_run(run.flow, run.id), "");
  batch.put(family, keys::live(run.flow), run.id.text());
  if (!run.work_key.empty()) batch.put(family, keys::work(run.flow, run.work_key, run.id), "");
  TRY(kv.commit(std::move(batch)));
  newest = run.id;
  return run.id;
}

Result<RunId> RunStore::begin(const RunRecord& draft) {
  MutexLock lock(impl_->mutex);
  return impl_->begin(draft);
}

Result<RunId> RunStore::begin_or_wait(const RunRecord& draft, std::stop_token stop) {
  Impl& impl = *impl_;
  MutexLock lock(impl.mutex);
  while (true) {
    Result<RunId> id = impl.begin(draft);
    if (id || id.error().code != make_error_code(Errc::flow_is_running)) return id;
    bool looked = false;  // woken by the end of any run: look again
    const bool woken = impl.ended.wait(lock, stop, [&] { return std::exchange(looked, true); });
    if (!woken) return Error{caudal::Errc::cancelled, "stopped while waiting: " + id.error().message};
  }
}

Result<RunRecord> RunStore::resume(const RunId& id) {
  Impl& impl = *impl_;
  MutexLock lock(impl.mutex);
  TRY(impl.write_unwritten_ends());
  RunRecord run = TRY(impl.get(id));
  if (run.state != RunState::kRunning && !is_resumable(run.state)) {
    return Error{Errc::not_resumable,
                 fmt::format("run {} of flow {} has {}; only a run that failed, was refused, cancelled or interrupted "
                             "can be resumed. Start a new one with `caudal flows run {}`",
                             id.text(), run.flow, to_string(run.state), run.flow)};
  }
  TRY(impl.refuse_if_busy(run.flow));
  run.state = RunState::kRunning;
  run.ended.reset();
  run.error.clear();
  run.error_class.clear();
  ++run.attempt;
  run.host_pid = getpid();
  run.details_pruned = false;
  kv::Batch batch;
  batch.put(impl.family, keys::run(id), encode(run));
  batch.put(impl.family, keys::kept_run(run.flow, id), "");
  batch.put(impl.family, keys::live(run.flow), id.text());
  TRY(impl.kv.commit(std::move(batch)));
  return run;
}

Result<void> RunStore::Impl::write_end(const RunId& id, const RunEnd& end, Timestamp at) {
  RunRecord run = TRY(get(id));
  if (run.state != RunState::kRunning) {
    return Error{Errc::not_running, fmt::format("run {} has ended already: {}", id.text(), to_string(run.state))};
  }
  run.state = end.state;
  run.ended = at;
  run.error = end.error;
  run.error_class = end.error_class;
  kv::Batch batch;
  batch.put(family, keys::run(id), encode(run));
  batch.remove(family, keys::live(run.flow));
  TRY(prune(run.flow, batch));
  return kv.commit(std::move(batch));
}

Result<void> RunStore::Impl::write_unwritten_ends() {
  while (!unwritten.empty()) {
    const auto& [id, end] = *unwritten.begin();
    const Result<void> written = write_end(id, end.end, end.at);
    if (!written && written.error().code != make_error_code(Errc::not_running)) return written;
    log.wake();
    if (const auto forgotten = log.forget(id); !forgotten) return forgotten;
    unwritten.erase(unwritten.begin());
  }
  return {};
}

Result<void> RunStore::finish(const RunId& id, const RunEnd& end) {
  CHECK(end.state != RunState::kRunning, "a finished run is not running");
  Impl& impl = *impl_;
  Result<void> written;
  {
    MutexLock lock(impl.mutex);
    const Timestamp now = impl.clock.now();
    written = impl.write_end(id, end, now);
    const bool is_settled = written || written.error().code == make_error_code(Errc::not_running) ||
                            written.error().code == make_error_code(Errc::unknown_run);
    if (!is_settled) impl.unwritten.insert_or_assign(id, UnwrittenEnd{end, now});
  }
  impl.ended.notify_all();
  impl.log.wake();
  if (!written) return written;
  return impl.log.forget(id);
}

Result<void> RunStore::supersede(const RunId& id, const RunId& by) {
  Impl& impl = *impl_;
  MutexLock lock(impl.mutex);
  RunRecord run = TRY(impl.get(id));
  if (!is_resumable(run.state)) {
    return Error{Errc::not_resumable, fmt::format("run {} has {} and cannot be superseded by {}", id.text(),
                                                  to_string(run.state), by.text())};
  }
  run.state = RunState::kSuperseded;
  kv::Batch batch;
  batch.put(impl.family, keys::run(id), encode(run));
  TRY(impl.kv.commit(std::move(batch)));
  impl.log.append(id, LogLevel::kInfo, "", fmt::format("superseded by run {}", by.text()));
  return impl.log.forget(id);
}

Result<void> RunStore::Impl::prune(std::string_view flow, kv::Batch& batch) {
  std::vector<RunId> kept;
  TRY(each(kv::Range::prefix(keys::kept_runs(flow)), nullptr, [&](std::string_view key, auto) -> Result<bool> {
    kept.push_back(TRY(RunId::parse(keys::id_at_end(key))));
    return true;
  }));
  const size_t keep = std::max<size_t>(options.keep_runs_per_flow, 1);
  for (size_t i = 0; i + keep < kept.size(); ++i) {
    RunRecord run = TRY(get(kept[i]));
    // The run that is just ending is still `running` in the store, and may be an old one that was resumed.
    if (run.state == RunState::kRunning) continue;
    run.details_pruned = true;
    batch.put(family, keys::run(run.id), encode(run));
    batch.remove(family, keys::kept_run(flow, run.id));
    for (const auto kind : {keys::Detail::kStep, keys::Detail::kQuality, keys::Detail::kLineage,
                            keys::Detail::kReconciliation, keys::Detail::kDrift}) {
      TRY(kv.remove_each(batch, family, kv::Range::prefix(keys::details(kind, run.id))));
    }
    TRY(log.remove(run.id, batch));
  }
  return {};
}

Result<void> RunStore::update_steps(const RunId& id, const std::vector<StepRecord>& steps) {
  Impl& impl = *impl_;
  kv::Batch batch;
  for (const StepRecord& step : steps) {
    CHECK(step.run == id, "a step of another run");
    batch.put(impl.family, keys::details_of_step(keys::Detail::kStep, id, step.name), encode(step));
  }
  return impl.kv.commit(std::move(batch));
}

Result<void> RunStore::update_step(const StepRecord& step) { return update_steps(step.run, {step}); }

Result<void> RunStore::Impl::replace_details(const StepOutcome& outcome, kv::Batch& batch) {
  const RunId& id = outcome.step.run;
  const std::string& step = outcome.step.name;
  const auto replace = [&](keys::Detail kind, const auto& records) -> Result<void> {
    const kv::Range old = kv::Range::prefix(keys::details_of_step(kind, id, step));
    TRY(each(old, nullptr, [&](std::string_view key, auto) -> Result<bool> {
      batch.remove(family, key);
      return true;
    }));
    uint64_t n = 0;
    for (const auto& record : records) batch.put(family, keys::detail(kind, id, step, n++), encode(record));
    return {};
  };
  TRY(replace(keys::Detail::kQuality, outcome.quality));
  TRY(replace(keys::Detail::kLineage, outcome.lineage));
  TRY(replace(keys::Detail::kReconciliation, outcome.reconciliation));
  return replace(keys::Detail::kDrift, outcome.drift);
}

Result<void> RunStore::record(const StepOutcome& outcome) {
  Impl& impl = *impl_;
  MutexLock lock(impl.mutex);
  kv::Batch batch;
  TRY(impl.replace_details(outcome, batch));
  batch.put(impl.family, keys::details_of_step(keys::Detail::kStep, outcome.step.run, outcome.step.name),
            encode(outcome.step));
  const uint8_t known = TRY(stored_scale(impl.kv, impl.family));
  uint8_t scale = known;
  for (const ReconciliationRecord& row : outcome.reconciliation) scale = std::max(scale, largest_scale(row));
  if (scale > known) batch.put(impl.family, keys::amount_scale(), std::string(1, static_cast<char>(scale)));
  return impl.kv.commit(std::move(batch));
}

Result<void> RunStore::add_warnings(const RunId& id, uint64_t count) {
  if (count == 0) return {};
  Impl& impl = *impl_;
  MutexLock lock(impl.mutex);
  RunRecord run = TRY(impl.get(id));
  run.warnings += count;
  kv::Batch batch;
  batch.put(impl.family, keys::run(id), encode(run));
  return impl.kv.commit(std::move(batch));
}

Result<uint8_t> RunStore::amount_scale() const { return stored_scale(impl_->kv, impl_->family); }

void RunStore::log(const RunId& id, LogLevel level, std::string_view step, std::string_view text) {
  impl_->log.append(id, level, step, text);
}

}  // namespace caudal::runs
