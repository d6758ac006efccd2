// SPDX-License-Identifier: Apache-2.0
// The deliver step: finds the files that a run is about and lays them down in raw, byte for byte.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/engine/raw_delivery.h"
#include "flows/engine/run_context.h"

namespace caudal::flows::engine {

// The files of `input` that the run's parameters name: those given by the caller, or the ones that lie in the bucket
// for the months asked for. Oldest month first. Errors: Errc::no_delivery for a month whose file is not there, naming
// the key that was expected; Errc::unknown_input is find_unknown_files' business.
Result<std::vector<RawDelivery>> find_deliveries(const RunContext& context, const InputDefinition& input);

// The caller's files that belong to no input of the flow, as an error that says how names are understood.
Result<void> check_files(const FlowDefinition& flow, const std::vector<std::string>& files);

// Copies each to raw/<input>/ano=YYYY/mes=MM/<run>-<name> (raw/<input>/varios/ for a file of many months) and fills in
// raw_uri, identity and size.
Result<void> deliver(RunContext& context, std::vector<RawDelivery>& deliveries);

// What the scheduler and the run's record know a month's work by; see runs::month_work_key.
std::string work_key(Month month, const std::vector<RawDelivery>& deliveries);

}  // namespace caudal::flows::engine
