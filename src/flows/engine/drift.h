// SPDX-License-Identifier: Apache-2.0
// Drift of a book's variables between two dt_base, by the population stability index.
#pragma once

#include <string>

#include "base/date.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/engine/derive.h"
#include "flows/engine/run_context.h"

namespace caudal::flows::engine {

// At most about this many entities of each dt_base are compared, always the same ones (by a hash of the entity).
inline constexpr int64_t kDriftSampleEntities = 4'000;

// PSI = Σ (c − b) · ln(c / b) over the buckets of a variable: the earlier dt_base's quantiles, and one for NULL; b and
// c are the buckets' shares then and now, at least 0.0001 each. Where there is no earlier dt_base the result says so.
Result<DeriveResult> measure_drift(RunContext& context, const std::string& step, const DriftDefinition& definition,
                                   Date dt_base);

// The statement: variable, psi; in order of variable. For tests.
std::string drift_select(const std::string& table, const std::vector<std::string>& variables, Date base, Date current,
                         int buckets, const std::string& sample);

}  // namespace caudal::flows::engine
