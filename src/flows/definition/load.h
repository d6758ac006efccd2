// SPDX-License-Identifier: Apache-2.0
// Reading a flow's folder: flow.yaml, contracts, books and SQL files.
#pragma once

#include <filesystem>
#include <vector>

#include "base/mistakes.h"
#include "base/result.h"
#include "flows/definition/flow.h"

namespace caudal::flows {

// Reads and checks everything before anything runs. The error lists every mistake, one line each, with file, line and
// column (class kUsage); not only the first.
Result<FlowDefinition> load_flow(const std::filesystem::path& folder);

// The same, for a caller that wants the mistakes one by one. The definition is whole only when `mistakes` stays empty.
FlowDefinition load_flow(const std::filesystem::path& folder, Mistakes& mistakes);

// The folders directly under `flows` that hold a flow.yaml, by name.
std::vector<std::filesystem::path> find_flows(const std::filesystem::path& flows);

}  // namespace caudal::flows
