// SPDX-License-Identifier: Apache-2.0
#include "app/commands/flows_common.h"

#include <gtest/gtest.h>

namespace caudal::app {
namespace {

using std::chrono::January;
using std::chrono::March;
using std::chrono::year;

TEST(DescribeParameters, SaysWhatTheRunWasAskedToDo) {
  const Month january{year{2024}, January};
  EXPECT_EQ(describe_parameters({.from = january, .to = january}), "2024-01");
  EXPECT_EQ(describe_parameters({.from = january, .to = Month{year{2024}, March}}), "2024-01 to 2024-03");
  EXPECT_EQ(describe_parameters({.dt_bases = {Date{year{2024} / 2 / 1}}, .only_steps = {"book"}}),
            "book for 2024-02-01");
  EXPECT_EQ(describe_parameters({.files = {"a", "b"}}), "2 files");
  EXPECT_EQ(describe_parameters({.rollback_to = "20240201T060003-4f2a91"}), "to 20240201T060003-4f2a91");
  EXPECT_EQ(describe_parameters({}), "");
}

TEST(DurationMs, IsNothingWhileItLasts) {
  const Timestamp begun{std::chrono::seconds(1)};
  EXPECT_EQ(duration_ms(begun, begun + std::chrono::microseconds(1'999'999)), "1999");
  EXPECT_EQ(duration_ms(begun, std::nullopt), std::nullopt);
  EXPECT_EQ(duration_ms(std::nullopt, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace caudal::app
