// SPDX-License-Identifier: Apache-2.0
#include "flows/runs/codec.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/testing/result_matchers.h"

namespace caudal::runs {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow = unwrap(parse_date("2024-02-01")) + 6h + 3s + 7us;

RunRecord full_run() {
  return {.flow = "invoices",
          .kind = RunKind::kBackfill,
          .parameters = {.from = unwrap(parse_month("2023-01")),
                         .to = unwrap(parse_month("2024-01")),
                         .files = {"tb_faturas.csv", "odd\nname\0.csv"},
                         .dt_bases = {unwrap(parse_date("1969-12-31")), unwrap(parse_date("2024-02-01"))},
                         .only_steps = {"book"},
                         .forced = true,
                         .rollback_to = "20240201T060003-4f2a91"},
          .trigger = Trigger::kSensor,
          .work_key = "month:2024-01:0",
          .state = RunState::kRefused,
          .started = kNow,
          .ended = kNow + 5min,
          .attempt = 3,
          .error = "reconciliation: off by 0.01",
          .error_class = "refused",
          .flow_version = "abc",
          .host_pid = 4711,
          .warnings = 12,
          .details_pruned = true};
}

template <class R>
void expect_round_trip(const R& record) {
  const std::string bytes = encode(record);
  R back;
  ASSERT_OK(decode(bytes, back));
  EXPECT_EQ(back, record);
  for (size_t size = 0; size < bytes.size(); ++size) {
    R cut;
    const auto result = decode(bytes.substr(0, size), cut);
    ASSERT_FALSE(result) << "accepted only " << size << " of " << bytes.size() << " bytes";
    EXPECT_TRUE(result.error().is(ErrorClass::kCorrupt)) << result.error().message;
  }
  R longer;
  EXPECT_FALSE(decode(bytes + "x", longer));
}

TEST(RunCodec, EveryFieldOfEveryRecordComesBackAndHalfARowIsRefused) {
  expect_round_trip(full_run());
  expect_round_trip(RunRecord{.flow = "f"});
  expect_round_trip(StepRecord{.position = 4,
                               .state = StepState::kSkipped,
                               .attempt = 2,
                               .started = kNow,
                               .rows_in = 1,
                               .rows_out = UINT64_MAX,
                               .bytes_in = 3,
                               .bytes_out = 4,
                               .message = "m",
                               .result = std::string("\0\xff", 2)});
  expect_round_trip(QualityRecord{.table = "curated.tb_faturas",
                                  .rule = "IsComplete \"id_fatura\"",
                                  .name = "chave",
                                  .action = "fail",
                                  .outcome = RuleOutcome::kSkipped,
                                  .measured = "0.99",
                                  .rows_failed = 7,
                                  .rows_total = 10000});
  expect_round_trip(LineageRecord{.input = "s3://a/b",
                                  .input_version = "v",
                                  .output_table = "t",
                                  .output_partition = "ano=2024/mes=01",
                                  .rows = 9});
  expect_round_trip(
      ReconciliationRecord{.table = "t",
                           .file = "f.csv",
                           .rows_read = 10,
                           .rows_curated = 7,
                           .rows_quarantined = 2,
                           .rows_duplicated = 1,
                           .amount_column = "valor_fatura",
                           .amount_read = unwrap(Decimal::parse("-0.01")),
                           .amount_curated = unwrap(Decimal::parse("99999999999999999999999999999999999.99")),
                           .amount_quarantined = unwrap(Decimal::parse("-12345678901234567890123.4")),
                           .amount_duplicated = Decimal(0, 38),
                           .amounts_unreadable = 3,
                           .balanced = true});
  expect_round_trip(DriftRecord{.table = "t",
                                .variable = "v",
                                .base = unwrap(parse_date("2024-01-01")),
                                .current = unwrap(parse_date("2024-02-01")),
                                .psi = 0.1234567890123,
                                .level = "moderate"});
  expect_round_trip(LogLine{.at = kNow, .level = LogLevel::kWarning, .step = "s", .text = "ação"});
}

TEST(RunCodec, RefusesStatesOfAnotherVersion) {
  LogLine line;
  ASSERT_FALSE(decode(std::string("\x02", 1), line));
  std::string bytes = encode(LogLine{.at = {}, .level = LogLevel::kInfo});
  bytes[2] = 9;  // format, time, level
  const auto result = decode(bytes, line);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(ErrorClass::kCorrupt));
}

TEST(RunCodec, DamagedBytesNeverCrashItAndNeverPassAsAnImpossibleState) {
  constexpr uint64_t kSeed = 99;
  Random random(kSeed);
  const std::string good = encode(full_run());
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = good;
    const auto flips = random.between(1, 4);
    for (int64_t flip = 0; flip < flips; ++flip)
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    RunRecord run;
    if (decode(bytes, run)) {
      ASSERT_FALSE(to_string(run.state).empty()) << "seed " << kSeed << " case " << i;
      ASSERT_EQ(encode(run).size(), bytes.size()) << "seed " << kSeed << " case " << i;
    }
  }
}

}  // namespace
}  // namespace caudal::runs
