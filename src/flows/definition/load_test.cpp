// SPDX-License-Identifier: Apache-2.0
#include "flows/definition/load.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/testing/result_matchers.h"

namespace caudal::flows {
namespace {

// The flows that ship, found from the source tree.
const std::filesystem::path kShipped = std::filesystem::path(CAUDAL_SOURCE_DIR) / "flows";

TEST(ShippedFlows, Invoices) {
  const Result<FlowDefinition> flow = load_flow(kShipped / "invoices");
  ASSERT_OK(flow);
  EXPECT_EQ(flow->name, "invoices");
}

}  // namespace
}  // namespace caudal::flows
