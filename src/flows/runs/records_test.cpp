// SPDX-License-Identifier: Apache-2.0
#include "flows/runs/records.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::runs {
namespace {

using std::chrono::January;

const Month kMonth(std::chrono::year(2024), January);

TEST(RunWords, EveryStateParsesBack) {
  for (const RunState state : {RunState::kRunning, RunState::kSucceeded, RunState::kFailed, RunState::kRefused,
                               RunState::kCancelled, RunState::kSuperseded, RunState::kInterrupted}) {
    EXPECT_EQ(unwrap(parse_run_state(to_string(state))), state);
  }
  EXPECT_EQ(to_string(RunKind::kRollback), "rollback");
  EXPECT_EQ(to_string(Trigger::kSensor), "sensor");
  EXPECT_EQ(to_string(StepState::kRefused), "refused");
  EXPECT_EQ(to_string(RuleOutcome::kSkipped), "skipped");
  EXPECT_EQ(to_string(LogLevel::kError), "error");
}

TEST(RunWords, AnUnknownStateListsTheKnownOnes) {
  const auto result = parse_run_state("done");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(ErrorClass::kUsage));
  EXPECT_EQ(result.error().message,
            "'done' is not a state of a run; expected one of running, succeeded, failed, refused, cancelled, "
            "superseded, interrupted");
}

TEST(MonthWorkKey, IsTheSameInAnyOrderAndDiffersForEachDelivery) {
  const DeliveredFile invoices{"faturas", "s3://lake/raw/ingestion/tb_faturas_202401.csv", "v1"};
  const DeliveredFile payments{"pagamentos", "s3://lake/raw/ingestion/tb_pagamentos_202401.csv", "v1"};
  const std::string key = month_work_key(kMonth, {invoices, payments});
  EXPECT_EQ(key.substr(0, 14), "month:2024-01:");
  EXPECT_EQ(month_work_key(kMonth, {payments, invoices}), key);

  DeliveredFile again = payments;
  again.identity = "v2";
  EXPECT_NE(month_work_key(kMonth, {invoices, again}), key);
  EXPECT_NE(month_work_key(kMonth, {invoices}), key);
  EXPECT_NE(month_work_key(Month(kMonth + std::chrono::months(1)), {invoices, payments}), key);
}

TEST(DeliveryIdentity, ChangesWhenTheSameBytesComeAgain) {
  const Timestamp at = unwrap(parse_date("2024-02-01"));
  const std::string identity = delivery_identity("null", "abc", at);
  EXPECT_EQ(identity, "null:abc:2024-02-01T00:00:00.000000Z");
  EXPECT_NE(delivery_identity("null", "abc", at + std::chrono::microseconds(1)), identity);
  EXPECT_NE(delivery_identity("v2", "abc", at), identity);
}

TEST(MonthWorkKey, PartsDoNotRunIntoEachOther) {
  EXPECT_NE(month_work_key(kMonth, {{"a", "bc", "d"}}), month_work_key(kMonth, {{"ab", "c", "d"}}));
  EXPECT_NE(month_work_key(kMonth, {{"", "x", ""}}), month_work_key(kMonth, {{"x", "", ""}}));
}

}  // namespace
}  // namespace caudal::runs
