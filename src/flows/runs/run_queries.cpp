// SPDX-License-Identifier: Apache-2.0
// Reading the record of runs.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "flows/runs/codec.h"
#include "flows/runs/keys.h"
#include "flows/runs/run_store_impl.h"

namespace caudal::runs {
namespace {

bool contains_month(const RunRecord& run, Month month) {
  const RunParameters& p = run.parameters;
  if (!p.from) return false;
  return *p.from <= month && month <= p.to.value_or(*p.from);
}

bool fits(const RunRecord& run, const RunFilter& filter) {
  return (!filter.flow || run.flow == *filter.flow) && (!filter.state || run.state == *filter.state) &&
         (!filter.month || contains_month(run, *filter.month));
}

}  // namespace

Result<RunRecord> RunStore::Impl::get(const RunId& id) const {
  const auto value = TRY(kv.get(family, keys::run(id)));
  if (!value) return unknown_run(id.text());
  RunRecord run;
  TRY(decode(*value, run));
  run.id = id;
  return run;
}

Result<RunRecord> RunStore::get(const RunId& id) const { return impl_->get(id); }

Result<std::vector<RunRecord>> RunStore::list(const RunFilter& filter) const {
  std::vector<RunRecord> runs;
  const kv::Snapshot snapshot = impl_->kv.snapshot();
  const std::string prefix = filter.flow ? keys::flow_runs(*filter.flow) : keys::runs();
  kv::Scan scan = impl_->kv.scan(impl_->family, kv::Range::prefix(prefix), &snapshot);
  for (scan.to_last(); scan.valid(); scan.previous()) {
    RunRecord run;
    run.id = TRY(RunId::parse(keys::id_at_end(scan.key())));
    const auto value = TRY(impl_->kv.get(impl_->family, keys::run(run.id), &snapshot));
    if (!value) return Error{Errc::corrupt_record, fmt::format("run {} is listed but not stored", run.id.text())};
    TRY(decode(*value, run));
    if (!fits(run, filter)) continue;
    runs.push_back(std::move(run));
    if (filter.limit != 0 && runs.size() == filter.limit) break;
  }
  TRY(scan.status());
  return runs;
}

Result<RunRecord> RunStore::find(std::string_view flow, std::string_view id_text) const {
  RunFilter filter;
  if (!flow.empty()) filter.flow = std::string(flow);
  if (id_text == "last") filter.limit = 1;
  std::vector<RunRecord> found = TRY(list(filter));
  if (id_text == "last") {
    if (found.empty()) {
      return Error{Errc::unknown_run,
                   fmt::format("flow {} was never run; start it with `caudal flows run {}`", flow, flow)};
    }
    return found.front();
  }
  std::erase_if(found, [&](const RunRecord& run) {
    return id_text.empty() || (!run.id.text().starts_with(id_text) && !run.id.text().ends_with(id_text));
  });
  if (found.empty()) return unknown_run(fmt::format("'{}'{}{}", id_text, flow.empty() ? "" : " of flow ", flow));
  if (found.size() > 1) {
    return Error{Errc::invalid_id,
                 fmt::format("'{}' may mean run {} or {}{}; give more of the id", id_text, found[0].id.text(),
                             found[1].id.text(), found.size() > 2 ? fmt::format(" or {} more", found.size() - 2) : "")};
  }
  return found.front();
}

Result<std::optional<RunRecord>> RunStore::live_run(std::string_view flow) const {
  MutexLock lock(impl_->mutex);  // so that the run found live is still running when it is read
  TRY(impl_->write_unwritten_ends());
  const auto id = TRY(impl_->live_id(flow));
  if (!id) return std::optional<RunRecord>();
  return std::optional<RunRecord>(TRY(impl_->get(*id)));
}

Result<std::optional<RunRecord>> RunStore::find_by_work_key(std::string_view flow, std::string_view work_key) const {
  {
    MutexLock lock(impl_->mutex);
    TRY(impl_->write_unwritten_ends());
  }
  kv::Scan scan = impl_->kv.scan(impl_->family, kv::Range::prefix(keys::works(flow, work_key)));
  scan.to_last();
  TRY(scan.status());
  if (!scan.valid()) return std::optional<RunRecord>();
  const RunId id = TRY(RunId::parse(keys::id_at_end(scan.key())));
  return std::optional<RunRecord>(TRY(impl_->get(id)));
}

Result<std::vector<StepRecord>> RunStore::steps(const RunId& id) const {
  std::vector<StepRecord> steps;
  const std::string prefix = keys::details(keys::Detail::kStep, id);
  TRY(impl_->each(kv::Range::prefix(prefix), nullptr,
                  [&](std::string_view key, std::string_view value) -> Result<bool> {
                    StepRecord step;
                    TRY(decode(value, step));
                    step.run = id;
                    step.name = TRY(kv::KeyReader(key.substr(prefix.size())).text());
                    steps.push_back(std::move(step));
                    return true;
                  }));
  std::sort(steps.begin(), steps.end(), [](const StepRecord& left, const StepRecord& right) {
    return std::tie(left.position, left.name) < std::tie(right.position, right.name);
  });
  return steps;
}

Result<std::optional<StepRecord>> RunStore::step(const RunId& id, std::string_view name) const {
  const auto value = TRY(impl_->kv.get(impl_->family, keys::details_of_step(keys::Detail::kStep, id, name)));
  if (!value) return std::optional<StepRecord>();
  StepRecord step;
  TRY(decode(*value, step));
  step.run = id;
  step.name = name;
  return std::optional<StepRecord>(std::move(step));
}

template <class Record, class Store>
static Result<std::vector<OfStep<Record>>> details(const Store& store, keys::Detail kind, const RunId& id) {
  std::vector<OfStep<Record>> records;
  const std::string prefix = keys::details(kind, id);
  TRY(store.each(kv::Range::prefix(prefix), nullptr, [&](std::string_view key, std::string_view value) -> Result<bool> {
    OfStep<Record>& row = records.emplace_back();
    row.step = TRY(kv::KeyReader(key.substr(prefix.size())).text());
    TRY(decode(value, row.record));
    return true;
  }));
  return records;
}

Result<std::vector<OfStep<QualityRecord>>> RunStore::quality(const RunId& id) const {
  return details<QualityRecord>(*impl_, keys::Detail::kQuality, id);
}
Result<std::vector<OfStep<LineageRecord>>> RunStore::lineage(const RunId& id) const {
  return details<LineageRecord>(*impl_, keys::Detail::kLineage, id);
}
Result<std::vector<OfStep<ReconciliationRecord>>> RunStore::reconciliation(const RunId& id) const {
  return details<ReconciliationRecord>(*impl_, keys::Detail::kReconciliation, id);
}
Result<std::vector<OfStep<DriftRecord>>> RunStore::drift(const RunId& id) const {
  return details<DriftRecord>(*impl_, keys::Detail::kDrift, id);
}

Result<std::vector<LogLine>> RunStore::logs(const RunId& id, uint64_t from) const { return impl_->log.read(id, from); }

Result<void> RunStore::follow_logs(const RunId& id, std::stop_token stop,
                                   const std::function<void(const LogLine&)>& sink) const {
  const auto ended = [&]() -> Result<bool> { return TRY(impl_->get(id)).state != RunState::kRunning; };
  return impl_->log.follow(id, stop, ended, sink);
}

}  // namespace caudal::runs
