// SPDX-License-Identifier: Apache-2.0
#include "flows/definition/flow.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::flows {
namespace {

Month month(std::string_view text) { return unwrap(parse_month(text)); }
Date date(std::string_view text) { return unwrap(parse_date(text)); }

TEST(ReadDefinition, CoversTheMonthsBeforeDtBase) {
  const ReadDefinition twelve{{"curated", "tb_faturas"}, 12};
  EXPECT_TRUE(twelve.covers(date("2024-02-01"), month("2024-01")));
  EXPECT_TRUE(twelve.covers(date("2024-02-01"), month("2023-02")));
  EXPECT_FALSE(twelve.covers(date("2024-02-01"), month("2023-01")));
  EXPECT_FALSE(twelve.covers(date("2024-02-01"), month("2024-02")));  // not known yet
}

TEST(ReadDefinition, OfAllMonthsCoversEverythingBefore) {
  const ReadDefinition all{{"curated", "tb_pagamentos"}};
  EXPECT_TRUE(all.covers(date("2024-02-01"), month("1999-12")));
  EXPECT_FALSE(all.covers(date("2024-02-01"), month("2024-02")));
}

TEST(Deadline, IsALocalMomentOfTheFollowingMonth) {
  const TimeZone zone = unwrap(TimeZone::find("America/Sao_Paulo"));
  const Deadline deadline{3, std::chrono::hours(9)};
  EXPECT_EQ(to_string(deadline.instant(month("2024-01"), zone)), "2024-02-03T12:00:00.000000Z");
  EXPECT_EQ(to_string(deadline.instant(month("2023-12"), zone)), "2024-01-03T12:00:00.000000Z");
}

TEST(StepDefinition, NamesItsKind) {
  StepDefinition step;
  step.action = DriftDefinition{};
  EXPECT_STREQ(step.kind(), "drift");
  step.action = CurateStep{};
  EXPECT_STREQ(step.kind(), "curate");
}

}  // namespace
}  // namespace caudal::flows
