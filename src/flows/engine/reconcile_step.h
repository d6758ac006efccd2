// SPDX-License-Identifier: Apache-2.0
// The reconcile step: nothing goes on to refined unless every row and every amount of every file is accounted for, and
// the partitions that were written hold exactly what the accounts say.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/engine/account.h"
#include "flows/engine/run_context.h"
#include "flows/runs/records.h"

namespace caudal::flows::engine {

struct ReconcileInput {
  const InputDefinition* input = nullptr;
  TableName curated = {};
  CurateAccount account = {};  // of the input's curate step
};

struct ReconcileResult {
  std::vector<runs::ReconciliationRecord> records = {};
  // What does not add up, one sentence each. Empty: reconciled.
  std::vector<std::string> mismatches = {};
};

// Reads the staged partitions back and holds them against the published ones and the accounts.
Result<ReconcileResult> reconcile(RunContext& context, const std::vector<ReconcileInput>& inputs);

// One file: rows read = curated + quarantined + duplicates, and likewise each amount. Pure.
std::vector<runs::ReconciliationRecord> reconcile_file(const Contract& contract, const FileAccount& file);

}  // namespace caudal::flows::engine
