// SPDX-License-Identifier: Apache-2.0
// What is kept about runs, as SQL: caudal.runs, .steps, .quality, .lineage, .reconciliation, .drift and .logs.
//
//   SELECT flow, state, duration_ms FROM caudal.runs ORDER BY started DESC
//   SELECT * FROM caudal.reconciliation WHERE NOT balanced
//
// Times are UTC without zone; durations are whole milliseconds from first start to last end (pauses
// before a resume included), NULL while something is under way; months are text
// ("2024-01"); lists are text with ", " between. Amounts are exact decimals.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "flows/runs/run_store.h"
#include "queries/system_table.h"

namespace caudal::runs {

// `runs` must outlive the tables. Amounts are shown with the scale that RunStore::amount_scale has now: a larger one
// recorded later makes reading caudal.reconciliation an error, never a rounded number, until the tables are made anew.
Result<std::vector<std::shared_ptr<const queries::SystemTable>>> make_system_tables(const RunStore& runs);

}  // namespace caudal::runs
