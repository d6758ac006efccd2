// SPDX-License-Identifier: Apache-2.0
// A day's rows in the lake held against its source's, each row and every column of it. Inside room flows/engine only.
#pragma once

#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/engine/day_source.h"
#include "flows/engine/run_context.h"

namespace caudal::flows::engine {

// Where the lake, staged or published, is otherwise than what is published from, and than what the source itself goes
// by: one sentence each, which names some of the rows by the source's key. Empty: they are the same rows, in whatever
// order. In memory that does not grow with the day, unless they differ. The table is there.
Result<std::vector<std::string>> differing_rows(RunContext& context, const CollectStep& step, DaySource& source,
                                                Date day);

}  // namespace caudal::flows::engine
