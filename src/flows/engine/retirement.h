// SPDX-License-Identifier: Apache-2.0
// What a run leaves behind when it has published: local files, what earlier runs had staged, and the objects of
// partitions that no publication worth rolling back to refers to any more.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "flows/engine/run_context.h"

namespace caudal::flows::engine {

// Runs of a flow that one can roll back to.
inline constexpr size_t kKeepPublications = 24;

Result<void> retire(RunContext& context);

}  // namespace caudal::flows::engine
