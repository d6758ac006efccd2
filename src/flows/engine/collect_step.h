// SPDX-License-Identifier: Apache-2.0
// The collect step: a source's days become partitions of a table, each made again only when its rows have changed; and
// the reconciliation of the lake with what the source says that it holds.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/engine/day_source.h"
#include "flows/engine/run_context.h"
#include "flows/runs/records.h"

namespace caudal::flows::engine {

// Every day that was looked at, as its source had it.
using CollectAccount = std::map<Date, DayTally>;

std::string encode(const CollectAccount& account);
Result<CollectAccount> decode_collected(std::string_view bytes);

struct CollectResult {
  CollectAccount account = {};
  std::vector<Date> published = {};
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::vector<runs::LineageRecord> lineage = {};
};

// Stages a partition for each day of the run (its months and the step's days_before, or its dt_bases) that is not
// published as the source has it now; all that have rows when the run is forced. Errors: unknown_source; changing, when
// a day's rows do not stand still while they are read.
Result<CollectResult> collect(RunContext& context, const CollectStep& step);

struct CollectReconciliation {
  std::vector<runs::ReconciliationRecord> records = {};
  // What the lake holds otherwise than the source, one sentence each. Empty: reconciled.
  std::vector<std::string> mismatches = {};
};

// Reads every day of the account back from the lake, staged or published, whether it was made by this run or not, and
// holds it against the account by its sums, and row by row against the source. A day that the source has changed since
// the account was made is held by its sums alone: the next run publishes it again.
Result<CollectReconciliation> reconcile_collected(RunContext& context, const CollectStep& step,
                                                  const CollectAccount& account);

}  // namespace caudal::flows::engine
