// SPDX-License-Identifier: Apache-2.0
#include "base/mistakes.h"

#include <gtest/gtest.h>

namespace caudal {
namespace {

TEST(Mistakes, AreToldTogetherInTheOrderOfTheFile) {
  Mistakes mistakes;
  mistakes.add({"flow.yaml", 12, 5}, "second");
  mistakes.add({"flow.yaml", 2, 5}, "first");
  mistakes.add({"contracts/a.yaml", 90, 1}, "of another file");
  mistakes.add({"flow.yaml", 12, 5}, "second");
  const Error error = mistakes.to_error();
  EXPECT_TRUE(error.is(ErrorClass::kUsage));
  EXPECT_EQ(error.message, "contracts/a.yaml:90:1: of another file\nflow.yaml:2:5: first\nflow.yaml:12:5: second");
}

TEST(Mistakes, OfAWholeFileCarryNoLine) {
  EXPECT_EQ((Mistake{{"flow.yaml"}, "does not exist"}).to_string(), "flow.yaml: does not exist");
}

TEST(Mistakes, BeyondTheMostAreCounted) {
  Mistakes mistakes;
  for (int i = 0; i < static_cast<int>(Mistakes::kMost) + 7; ++i) mistakes.add({"f", i + 1, 1}, "wrong");
  Mistakes all;
  all.add(std::move(mistakes));
  EXPECT_EQ(all.sorted().size(), Mistakes::kMost);
  EXPECT_TRUE(all.to_error().message.ends_with("\n... and 7 more"));
}

TEST(DidYouMean, NamesTheNearestWordIfItIsNear) {
  const std::vector<std::string> known = {"retries", "timeout", "steps"};
  EXPECT_EQ(did_you_mean("retrys", known), " (did you mean 'retries'?)");
  EXPECT_EQ(did_you_mean("Timeout", known), " (did you mean 'timeout'?)");
  EXPECT_EQ(did_you_mean("step", known), " (did you mean 'steps'?)");
  EXPECT_EQ(did_you_mean("banana", known), "");
  EXPECT_EQ(did_you_mean("", known), "");
  EXPECT_EQ(did_you_mean(std::string(100'000, 'x'), known), "");
}

}  // namespace
}  // namespace caudal
