// SPDX-License-Identifier: Apache-2.0
// A flow's SQL held against the tables that the flow itself makes, before anything runs: statements, books' conditions
// and measures, and rules that hold SQL. Looks at no data and no catalog.
#pragma once

#include "base/mistakes.h"
#include "base/result.h"
#include "flows/definition/flow.h"

namespace caudal::flows::engine {

// What is wrong, each with its place. Of a statement that reads tables whose columns nobody knows beforehand (another
// flow's, a source's) only the syntax is looked at. Errors: of DuckDB itself.
Result<Mistakes> check_statements(const FlowDefinition& flow);

}  // namespace caudal::flows::engine
