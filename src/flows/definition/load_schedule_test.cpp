// SPDX-License-Identifier: Apache-2.0
// A schedule that cannot be read is found with the rest of the flow's mistakes, before anything runs.
#include <gmock/gmock.h>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "flows/definition/load.h"

namespace caudal::flows {
namespace {

class LoadSchedule : public testing::Test {
 protected:
  // The flow that ships, with a schedule.
  Result<FlowDefinition> load_with(const std::string& cron) {
    const auto shipped = std::filesystem::path(CAUDAL_SOURCE_DIR) / "flows" / "invoices";
    const auto folder = directory.path() / "invoices";
    std::filesystem::copy(shipped, folder, std::filesystem::copy_options::recursive);
    const std::string text = TRY(read_file(folder / "flow.yaml"));
    TRY(write_file_durably(folder / "flow.yaml", text + "\nschedule: {cron: \"" + cron + "\"}\n"));
    return load_flow(folder);
  }
  TemporaryDirectory directory;
};

TEST_F(LoadSchedule, TakesAnExpression) {
  const auto flow = load_with("0 6 3 * *");
  ASSERT_OK(flow);
  EXPECT_EQ(flow->schedule->cron, "0 6 3 * *");
}

TEST_F(LoadSchedule, RefusesAnHourThatNeverComesAndSaysWhere) {
  const auto flow = load_with("0 25 * * *");
  ASSERT_FALSE(flow);
  EXPECT_TRUE(flow.error().is(ErrorClass::kUsage));
  EXPECT_THAT(flow.error().message,
              testing::ContainsRegex("flow.yaml:[0-9]+:[0-9]+: cron '0 25 \\* \\* \\*': the hour is '25'"));
}

}  // namespace
}  // namespace caudal::flows
