// SPDX-License-Identifier: Apache-2.0
#include "app/context.h"

#include <gtest/gtest.h>

#include "app/testing/test_surroundings.h"
#include "base/file.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::app {
namespace {

class ContextTest : public testing::Test {
 protected:
  Result<void> print_one() {
    Context context = around_.context();
    return context.table({{"n", Column::Kind::kNumber}}, [](TableWriter& rows) { return rows.row({"1"}); });
  }

  ManualClock clock_{Timestamp{}};
  TestSurroundings around_{clock_};
};

TEST_F(ContextTest, PrintsTablesAsTheFlagSaysElseAsTheSettingSays) {
  ASSERT_OK(print_one());
  EXPECT_EQ(around_.output.text(), "n\n1\n");
  around_.variables["CAUDAL_OUTPUT"] = "csv";
  ASSERT_OK(print_one());
  EXPECT_EQ(around_.output.text(), "n\n1\nn\n1\n");
  around_.arguments.add("--output", "json");
  ASSERT_OK(print_one());
  EXPECT_EQ(around_.output.text(), "n\n1\nn\n1\n[\n {\"n\": 1}\n]\n");
}

TEST_F(ContextTest, WritesToTheFileThatWasAskedForAndNothingToStandardOutput) {
  const TemporaryDirectory folder;
  around_.arguments.add("--file", (folder.path() / "out.txt").string());
  ASSERT_OK(print_one());
  EXPECT_EQ(around_.output.text(), "");
  EXPECT_EQ(unwrap(read_file(folder.path() / "out.txt")), "n\n1\n");
}

TEST_F(ContextTest, AFailureWhileRowsAreMadeLeavesNoFile) {
  const TemporaryDirectory folder;
  around_.arguments.add("--file", (folder.path() / "out.txt").string());
  Context context = around_.context();
  const auto result =
      context.table({{"n"}}, [](TableWriter&) -> Result<void> { return Error{caudal::Errc::io, "broken"}; });
  ASSERT_FALSE(result);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "out.txt"));
}

TEST_F(ContextTest, BadSettingsAreToldOnFirstUseOnly) {
  around_.variables["CAUDAL_OUTPUT"] = "tabel";
  Context context = around_.context();
  context.say("hello");
  EXPECT_EQ(around_.error.text(), "hello\n");
  const auto config = context.config();
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("did you mean 'table'?"), std::string::npos);
}

}  // namespace
}  // namespace caudal::app
