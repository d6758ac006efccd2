// SPDX-License-Identifier: Apache-2.0
// One run, step by step, from the first that has not succeeded yet to the publication of everything at once.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "flows/engine/curation.h"
#include "flows/engine/derive.h"
#include "flows/engine/raw_delivery.h"
#include "flows/engine/run_context.h"

namespace caudal::flows::engine {

// Not thread-safe; used once.
class Execution {
 public:
  Execution(RunContext& context, Random& random) : context_(context), random_(random) {}

  // Steps that an earlier attempt of the run has finished are not done again. On success everything that the run made
  // is published. On error nothing is, and what was staged stays for resuming.
  Result<void> run();

 private:
  // One thing to do and to record: a step, or a step for one dt_base.
  struct Instance {
    std::string name;
    const StepDefinition* step = nullptr;
    std::function<Result<runs::StepOutcome>()> work;
  };

  Result<void> prepare();
  Result<void> run_step(const StepDefinition& step);
  Result<void> run_instance(const Instance& instance);
  Result<void> attempt_instance(const Instance& instance, runs::StepRecord& record, int attempt, std::stop_token stop);
  Result<void> skip(const std::string& name, const std::string& why);

  Result<runs::StepOutcome> do_deliver(const DeliverStep& step);
  Result<runs::StepOutcome> do_curate(const StepDefinition& definition, const CurateStep& step);
  Result<runs::StepOutcome> do_reconcile(const ReconcileStep& step);
  Result<runs::StepOutcome> do_collect(const CollectStep& step);
  Result<runs::StepOutcome> do_derive(const StepDefinition& step, Date dt_base);
  Result<void> run_derived(const StepDefinition& step);

  bool is_selected(const StepDefinition& step) const;
  bool is_named(const StepDefinition& step) const;
  Result<std::vector<Date>> dt_bases_for(const StepDefinition& step) const;
  // The dt_bases that the run was asked for, or that its deliveries are about.
  Result<std::vector<Date>> requested_dt_bases() const;
  Result<std::vector<RawDelivery>> delivered(const std::string& input) const;
  Result<std::string> result_of(const StepDefinition* step) const;

  RunContext& context_;
  Random& random_;
  SharedRows shared_;
  uint32_t position_ = 0;
  std::map<std::string, runs::StepRecord> done_;  // by name: succeeded or skipped in an earlier attempt, or in this one
};

}  // namespace caudal::flows::engine
