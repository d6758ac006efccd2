// SPDX-License-Identifier: Apache-2.0
// Rules are about the whole delivery, in how many batches ever it is taken: each test holds one batch and many to the
// same outcome.
#include "flows/engine/delivery_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "flows/engine/errors.h"
#include "flows/engine/testing/small_flow.h"

namespace caudal::flows::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kOneBatch = uint64_t{1} << 30;
constexpr uint64_t kABatchForEachFile = 512;

class DeliveryRulesTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  void rule(const char* text, RuleAction action, const char* name) {
    flow.inputs[0].contract.rules.push_back({.name = name, .rule = unwrap(parse_rule(text)), .action = action});
  }
  void deliver(const char* month, const std::string& invoices) {
    lake.deliver({month, invoices, std::string("P") + month + ",F1,1,2024-01-10,1\n"});
  }
  Summary backfill(const char* from, const char* to) {
    return lake.start({.flow = &flow,
                       .kind = runs::RunKind::kBackfill,
                       .parameters = {.from = unwrap(parse_month(from)), .to = unwrap(parse_month(to))}});
  }
  // name|outcome|measured|rows_failed|rows_total of the invoices' rules.
  std::vector<std::string> quality(const Summary& summary) {
    return lake.rows(
        "SELECT name, outcome, measured, rows_failed, rows_total FROM caudal.quality WHERE table_name = "
        "'tb_faturas' AND run_id = '" +
        summary.run.id.text() + "' AND name NOT IN ('valor_negativo', 'com_linhas')");
  }
  // Three months of four, three and two rows, five of them without a minimum.
  void deliver_three_months() {
    deliver("202401",
            "F1,1,2024-01-05,2024-01-15,10,0\nF2,2,2024-01-05,2024-01-15,20,0\n"
            "F3,3,2024-01-05,2024-01-15,30,0\nF4,4,2024-01-05,2024-01-15,40,4\n");
    deliver("202402",
            "F5,1,2024-02-05,2024-02-15,50,0\nF6,2,2024-02-05,2024-02-15,60,0\n"
            "F7,3,2024-02-05,2024-02-15,70,7\n");
    deliver("202403", "F8,5,2024-03-05,2024-03-15,80,8\nF9,6,2024-03-05,2024-03-15,90,9\n");
  }

  TemporaryDirectory folder;
  FlowDefinition flow = small_flow(folder.path() / "small");
  Lake lake{folder.path() / "data", nullptr, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Batches, DeliveryRulesTest, ::testing::Values(kOneBatch, kABatchForEachFile),
                         [](const auto& memory) { return memory.param == kOneBatch ? "One" : "Many"; });

TEST_P(DeliveryRulesTest, NumbersOfTheTableAreThoseOfAllFiles) {
  rule("RowCount = 9", RuleAction::kFail, "linhas");
  rule(R"(Sum "valor_fatura" = 450)", RuleAction::kFail, "soma");
  rule(R"(Mean "valor_fatura" = 50)", RuleAction::kFail, "media");
  rule(R"(DistinctValuesCount "id_cliente" = 6)", RuleAction::kFail, "clientes");
  rule(R"(IsPrimaryKey "id_fatura")", RuleAction::kFail, "chave");
  rule(R"(Uniqueness "id_cliente" < 0.4)", RuleAction::kFail, "unicos");
  rule(R"(CustomSql "select max(valor_fatura) - min(valor_fatura) from primary" = 80)", RuleAction::kFail, "faixa");
  rule(R"(SchemaMatch "tb_faturas" = 1.0)", RuleAction::kFail, "colunas");
  deliver_three_months();
  const Summary summary = backfill("2024-01", "2024-03");
  ASSERT_FALSE(summary.error) << summary.error->to_string();
  EXPECT_THAT(quality(summary),
              ElementsAre("linhas|passed|9|0|9", "soma|passed|450.00|0|9", "media|passed|50.000000|0|9",
                          "clientes|passed|6|0|9", "chave|passed|1.000000|0|9", "unicos|passed|0.333333|6|9",
                          "faixa|passed|80.00|0|9", "colunas|passed|1.000000|0|9"));
}

TEST_P(DeliveryRulesTest, SharesAreOfAllRowsAndNotOfOneFile) {
  // The first file alone has a quarter of its rows above zero, all files together four of nine.
  rule(R"(ColumnValues "valor_pagamento_minimo" > 0 with threshold > 0.4)", RuleAction::kFail, "com_minimo");
  rule(R"((ColumnValues "valor_pagamento_minimo" > 0 with threshold > 0.5) or (Completeness "id_cliente" > 0.9))",
       RuleAction::kFail, "juntas");
  rule(R"(ColumnValues "valor_pagamento_minimo" > 0)", RuleAction::kWarn, "todas");
  deliver_three_months();
  const Summary summary = backfill("2024-01", "2024-03");
  ASSERT_FALSE(summary.error) << summary.error->to_string();
  EXPECT_THAT(quality(summary),
              ElementsAre("com_minimo|passed|0.444444|5|9", "juntas|passed|(0.444444: fails) or (1.000000: holds)|0|9",
                          "todas|failed|0.444444|5|9"));
  EXPECT_THAT(lake.rows("SELECT message FROM caudal.logs WHERE message LIKE '%does not hold%'"), ::testing::SizeIs(1))
      << "told once, not for each batch";
}

TEST_P(DeliveryRulesTest, ARuleThatOnlyTheWholeBreaksRefusesTheRun) {
  rule("RowCount < 5", RuleAction::kFail, "poucas");  // as each file for itself has
  deliver_three_months();
  const Summary summary = backfill("2024-01", "2024-03");
  ASSERT_TRUE(summary.error);
  EXPECT_EQ(summary.error->code, Errc::rule_failed);
  EXPECT_THAT(summary.error->message, HasSubstr("RowCount < 5 does not hold (measured 9)"));
  EXPECT_EQ(summary.run.state, runs::RunState::kRefused);
  EXPECT_THAT(lake.tables(), ::testing::IsEmpty());
  // What was measured is on record, as the message promises.
  EXPECT_THAT(quality(summary), ElementsAre("poucas|failed|9|0|9"));
}

TEST_P(DeliveryRulesTest, AKeyThatLaterFilesBringAgainCountsOnceAndAsItIsThere) {
  rule("RowCount = 3", RuleAction::kFail, "linhas");
  rule(R"(Sum "valor_fatura" = 321)", RuleAction::kFail, "soma");
  rule(R"(IsPrimaryKey "id_fatura")", RuleAction::kFail, "chave");
  deliver("202401", "F1,1,2024-01-05,2024-01-15,10,1\nF2,1,2024-01-05,2024-01-15,20,1\n");
  deliver("202402", "F1,1,2024-02-05,2024-02-15,1,1\nF2,1,2024-01-05,2024-01-15,20,1\n");
  deliver("202403", "F3,1,2024-01-07,2024-03-15,300,1\n");
  const Summary summary = backfill("2024-01", "2024-03");
  ASSERT_FALSE(summary.error) << summary.error->to_string();
  EXPECT_THAT(quality(summary),
              ElementsAre("linhas|passed|3|0|3", "soma|passed|321.00|0|3", "chave|passed|1.000000|0|3"));
}

TEST_P(DeliveryRulesTest, RowsOfEarlierRunsAreNotOfThisDelivery) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1000,1\nF2,1,2024-01-05,2024-01-15,20,1\n");
  deliver("202402", "F0,1,2024-02-05,2024-02-15,5000,1\n");
  ASSERT_FALSE(backfill("2024-01", "2024-02").error);
  rule("RowCount = 4", RuleAction::kFail, "linhas");
  rule(R"(Sum "valor_fatura" = 67)", RuleAction::kFail, "soma");
  // F2 as it was, F1 no more, F4 in a month of an earlier run and of another file, F9 set aside.
  deliver("202401", "F2,1,2024-01-05,2024-01-15,20,1\nF3,1,2024-01-05,2024-01-15,30,1\n");
  deliver("202402", "F5,1,2024-02-05,2024-02-15,9,1\nF9,1,2024-02-05,2024-02-15,-9,1\n");
  deliver("202403", "F4,1,2024-01-09,2024-01-15,8,1\n");
  const Summary summary = backfill("2024-01", "2024-03");
  ASSERT_FALSE(summary.error) << summary.error->to_string();
  EXPECT_THAT(quality(summary), ElementsAre("linhas|passed|4|0|4", "soma|passed|67.00|0|4"));
}

TEST_P(DeliveryRulesTest, QuarantinedRowsAreCountedOverAllFiles) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,-1,1\nF2,1,2024-01-05,2024-01-15,20,1\n");
  deliver("202402", "F3,1,2024-02-05,2024-02-15,-9,1\n");
  const Summary summary = backfill("2024-01", "2024-02");
  ASSERT_FALSE(summary.error) << summary.error->to_string();
  EXPECT_THAT(lake.rows("SELECT name, outcome, measured, rows_failed, rows_total FROM caudal.quality ORDER BY ALL"),
              ElementsAre("com_linhas|passed|1|0|1", "orfao|failed|2|2|2", "valor_negativo|failed|2|2|3"));
}

}  // namespace
}  // namespace caudal::flows::engine
