// SPDX-License-Identifier: Apache-2.0
#include "app/context.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::app {
namespace {

class ContextTest : public testing::Test {
 protected:
  ContextTest() {
    for (const char* name : {"--data", "--config", "--output", "--file"}) arguments_.declare(name);
  }
  Result<void> print_one() {
    Context context(surroundings_, root_, arguments_);
    return context.table({{"n", Column::Kind::kNumber}}, [](TableWriter& rows) { return rows.row({"1"}); });
  }

  StringSink output_;
  StringSink error_;
  ManualClock clock_{Timestamp{}};
  std::map<std::string, std::string> variables_;
  Surroundings surroundings_{output_,
                             error_,
                             {},
                             [this](const std::string& name) -> std::optional<std::string> {
                               const auto found = variables_.find(name);
                               if (found == variables_.end()) return std::nullopt;
                               return found->second;
                             },
                             clock_,
                             {}};
  Command root_{.name = "caudal", .summary = "test"};
  Arguments arguments_;
};

TEST_F(ContextTest, PrintsTablesAsTheFlagSaysElseAsTheSettingSays) {
  ASSERT_OK(print_one());
  EXPECT_EQ(output_.text(), "n\n1\n");
  variables_["CAUDAL_OUTPUT"] = "csv";
  ASSERT_OK(print_one());
  EXPECT_EQ(output_.text(), "n\n1\nn\n1\n");
  arguments_.add("--output", "json");
  ASSERT_OK(print_one());
  EXPECT_EQ(output_.text(), "n\n1\nn\n1\n[\n {\"n\": 1}\n]\n");
}

TEST_F(ContextTest, WritesToTheFileThatWasAskedForAndNothingToStandardOutput) {
  const TemporaryDirectory folder;
  arguments_.add("--file", (folder.path() / "out.txt").string());
  ASSERT_OK(print_one());
  EXPECT_EQ(output_.text(), "");
  EXPECT_EQ(unwrap(read_file(folder.path() / "out.txt")), "n\n1\n");
}

TEST_F(ContextTest, AFailureWhileRowsAreMadeLeavesNoFile) {
  const TemporaryDirectory folder;
  arguments_.add("--file", (folder.path() / "out.txt").string());
  Context context(surroundings_, root_, arguments_);
  const auto result =
      context.table({{"n"}}, [](TableWriter&) -> Result<void> { return Error{caudal::Errc::io, "broken"}; });
  ASSERT_FALSE(result);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "out.txt"));
}

TEST_F(ContextTest, BadSettingsAreToldOnFirstUseOnly) {
  variables_["CAUDAL_OUTPUT"] = "tabel";
  Context context(surroundings_, root_, arguments_);
  context.say("hello");
  EXPECT_EQ(error_.text(), "hello\n");
  const auto config = context.config();
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("did you mean 'table'?"), std::string::npos);
}

}  // namespace
}  // namespace caudal::app
