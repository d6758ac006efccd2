// SPDX-License-Identifier: Apache-2.0
// What people are told of a run that has ended.
#pragma once

#include <optional>

#include "flows/definition/flow.h"
#include "flows/engine/runner.h"
#include "notices/notice.h"

namespace caudal::flows::engine {

// Nothing when the flow has no channel for how it ended. Facts that cannot be read are left out, never made up.
std::optional<notices::Notice> notice_of(const FlowDefinition& flow, const runs::RunStore& runs,
                                         const Summary& summary);

}  // namespace caudal::flows::engine
