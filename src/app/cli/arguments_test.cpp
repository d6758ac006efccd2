// SPDX-License-Identifier: Apache-2.0
#include "app/cli/arguments.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::app {
namespace {

Arguments with(const std::string& name, const std::string& value) {
  Arguments arguments;
  arguments.add(name, value);
  return arguments;
}

TEST(Arguments, AnOptionThatWasNotGivenIsEmptyWhateverItsType) {
  Arguments arguments;
  arguments.declare("--x");
  EXPECT_FALSE(arguments.has("--x"));
  EXPECT_EQ(arguments.text("--x"), std::nullopt);
  EXPECT_EQ(arguments.text_or("--x", "y"), "y");
  EXPECT_EQ(unwrap(arguments.whole("--x", 0, 9)), std::nullopt);
  EXPECT_EQ(unwrap(arguments.month("--x")), std::nullopt);
  EXPECT_EQ(unwrap(arguments.date("--x")), std::nullopt);
}

TEST(Arguments, ReadsNumbersMonthsAndDates) {
  EXPECT_EQ(unwrap(with("--n", "12").whole("--n", 1, 12)), 12);
  EXPECT_EQ(to_string(*unwrap(with("--month", "202401").month("--month"))), "2024-01");
  EXPECT_EQ(to_string(*unwrap(with("--dt-base", "2024-02-01").date("--dt-base"))), "2024-02-01");
}

TEST(Arguments, RefusesOtherValuesNamingTheOptionAndWhatWasExpected) {
  EXPECT_EQ(with("--n", "13").whole("--n", 1, 12).error().message,
            "--n must be a whole number from 1 to 12, found '13'");
  EXPECT_EQ(with("--n", "1x").whole("--n", 1, 12).error().message,
            "--n must be a whole number from 1 to 12, found '1x'");
  EXPECT_EQ(with("--month", "2024-13").month("--month").error().message,
            "--month must be a month such as 2024-01, found '2024-13'");
  const auto date = with("--dt-base", "2024-02-30").date("--dt-base");
  EXPECT_EQ(date.error().message, "--dt-base must be a date such as 2024-02-01, found '2024-02-30'");
  EXPECT_TRUE(date.error().is(ErrorClass::kUsage));
}

TEST(ArgumentsDeathTest, AskingForANameThatTheCommandDoesNotHaveIsABug) {
  EXPECT_DEATH((void)Arguments().has("--typo"), "does not declare --typo");
}

}  // namespace
}  // namespace caudal::app
