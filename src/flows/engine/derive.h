// SPDX-License-Identifier: Apache-2.0
// Steps that make refined tables from curated ones: SQL, books, dictionaries, drift. Each works for one dt_base at a
// time, and only where what it reads has changed since (a fingerprint is kept with the partition).
#pragma once

#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/engine/run_context.h"
#include "flows/engine/shared_rows.h"
#include "flows/runs/records.h"

namespace caudal::flows::engine {

struct DeriveResult {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string message;
  std::vector<runs::LineageRecord> lineage;
  std::vector<runs::DriftRecord> drift;
  uint64_t warnings = 0;
};

// Whether `step` is of these kinds.
bool is_derived(const StepDefinition& step);
// The table that it writes; nullptr for drift, which writes none.
const OutputDefinition* output_of(const StepDefinition& step);

// The dt_bases of which the output has a partition now, ascending.
Result<std::vector<Date>> existing_dt_bases(const RunContext& context, const OutputDefinition& output);
// Whether the partition of dt_base is missing, or was made from other statements or other partitions than these.
Result<bool> is_stale(const RunContext& context, const StepDefinition& step, Date dt_base);

// Computes the step for dt_base and stages its partition.
Result<DeriveResult> derive(RunContext& context, SharedRows& shared, const StepDefinition& step, Date dt_base);

}  // namespace caudal::flows::engine
