// SPDX-License-Identifier: Apache-2.0
// The tables that a contract makes: its rows in curated, its refused rows in quarantine, and the list of refused files.
#pragma once

#include "flows/definition/contract.h"
#include "flows/definition/flow.h"
#include "flows/engine/outputs.h"

namespace caudal::flows::engine {

Result<OutputTable> curated_table(const Contract& contract, const TableName& name);
// The contract's columns as text, then _motivo, _arquivo, _linha, _registro; partitioned by _execucao, the run.
OutputTable quarantine_table(const Contract& contract, const TableName& name);
// One row for each file refused whole.
OutputTable refused_files_table(const std::string& database);

}  // namespace caudal::flows::engine
