// SPDX-License-Identifier: Apache-2.0
// Reading the steps of flow.yaml. Of this room only.
#pragma once

#include <chrono>

#include "base/yaml.h"
#include "flows/definition/flow.h"
#include "flows/definition/flow_files.h"

namespace caudal::flows {

// What a step has unless it says otherwise.
struct StepDefaults {
  RetryPolicy retries = {};
  std::chrono::seconds timeout = {};
};

RetryPolicy read_retries(const yaml::Node& node, RetryPolicy defaults, Mistakes& mistakes);

StepDefinition read_step(const yaml::Node& node, const StepDefaults& defaults, FlowFiles& files, Mistakes& mistakes);

// An item of the flow's 'shared'.
SharedDefinition read_shared(const yaml::Node& node, FlowFiles& files, Mistakes& mistakes);

// What needs the whole flow: names that exist, no cycles, tables written once and before they are read. Puts the steps
// in an order in which each stands after all it depends on, as near to the file's order as can be.
void check_and_order_steps(FlowDefinition& flow, Mistakes& mistakes);

}  // namespace caudal::flows
