// SPDX-License-Identifier: Apache-2.0
// What becomes of delivered rows, seen from outside: deliver files, run the month, look at the tables.
#include "flows/engine/curation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "flows/engine/errors.h"
#include "flows/engine/testing/small_flow.h"

namespace caudal::flows::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CurationTest : public ::testing::Test {
 protected:
  void deliver(const char* month, const std::string& invoices, const std::string& payments) {
    lake.deliver({month, invoices, payments});
  }
  Summary run(const char* month) {
    Summary summary = lake.run_month(flow, month);
    if (summary.error) ADD_FAILURE() << summary.error->to_string();
    return summary;
  }
  std::vector<std::string> invoices() {
    return lake.rows("SELECT id_fatura, valor_fatura, ano, mes FROM curated.tb_faturas ORDER BY id_fatura");
  }
  std::vector<std::string> payments() {
    return lake.rows("SELECT id_pagamento, id_fatura, ano, mes FROM curated.tb_pagamentos ORDER BY id_pagamento");
  }
  std::vector<std::string> quarantined(const char* table) {
    return lake.rows(std::string("SELECT _motivo, _linha, _registro FROM quarantine.") + table + " ORDER BY _linha");
  }

  TemporaryDirectory folder;
  FlowDefinition flow = small_flow(folder.path() / "small");
  Lake lake{folder.path() / "data"};
};

TEST_F(CurationTest, PutsTypedRowsInTheMonthOfTheirDate) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,100.50,10.00\nF2,2,2024-01-31,2024-02-10,7,1\n",
          "P1,F1,1,2024-01-10,100.50\n");
  run("2024-01");
  EXPECT_THAT(invoices(), ElementsAre("F1|100.50|2024|1", "F2|7.00|2024|1"));
  EXPECT_THAT(payments(), ElementsAre("P1|F1|2024|1"));
  EXPECT_THAT(lake.rows("SELECT rows_read, rows_curated, amount_read FROM caudal.reconciliation ORDER BY ALL"),
              ElementsAre("1|1|100.50", "2|2|107.50"));
}

TEST_F(CurationTest, AcceptsRowsOfAnotherMonthWhereTheyBelong) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\n", "");
  run("2024-01");
  deliver("202402", "F2,1,2024-02-05,2024-02-15,2,1\nF3,1,2024-01-09,2024-01-15,3,1\n", "");
  run("2024-02");
  EXPECT_THAT(invoices(), ElementsAre("F1|1.00|2024|1", "F2|2.00|2024|2", "F3|3.00|2024|1"));
  EXPECT_THAT(lake.rows("SELECT output_partition, row_count, regexp_extract(input, '[^-]*$') FROM caudal.lineage WHERE "
                        "output_table = 'curated.tb_faturas' ORDER BY ALL"),
              ElementsAre("ano=2024/mes=01|1|tb_faturas_202401.csv", "ano=2024/mes=01|1|tb_faturas_202402.csv",
                          "ano=2024/mes=02|1|tb_faturas_202402.csv"));
}

TEST_F(CurationTest, RemovesExactRepeatsAndCountsThem) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\nF1,1,2024-01-05,2024-01-15,1.00,1\n", "");
  run("2024-01");
  EXPECT_THAT(invoices(), ElementsAre("F1|1.00|2024|1"));
  EXPECT_THAT(lake.rows("SELECT rows_read, rows_curated, rows_duplicated, amount_duplicated FROM caudal.reconciliation "
                        "WHERE table_name = 'tb_faturas'"),
              ElementsAre("2|1|1|1.00"));
}

TEST_F(CurationTest, QuarantinesUnlikeRowsOfOneKeyInOneFile) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\nF1,1,2024-01-05,2024-01-15,2,1\nF2,1,2024-01-05,2024-01-15,3,1\n",
          "");
  run("2024-01");
  EXPECT_THAT(invoices(), ElementsAre("F2|3.00|2024|1"));
  EXPECT_THAT(quarantined("tb_faturas"), ElementsAre(HasSubstr("chave repetida"), HasSubstr("chave repetida")));
}

TEST_F(CurationTest, LetsTheNewerDeliveryOfAKeyWinAlsoAcrossMonths) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\nF2,1,2024-01-06,2024-01-15,2,1\n", "");
  run("2024-01");
  deliver("202402", "F1,1,2024-02-05,2024-02-15,10,1\n", "");
  run("2024-02");
  EXPECT_THAT(invoices(), ElementsAre("F1|10.00|2024|2", "F2|2.00|2024|1"));
}

TEST_F(CurationTest, FindsKeysOfADeliveryInItsOwnMonthAndInOthers) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\nF2,1,2024-01-06,2024-01-15,2,1\n", "");
  run("2024-01");
  deliver("202402", "F3,1,2024-02-05,2024-02-15,3,1\nF4,1,2024-02-05,2024-02-15,4,1\n", "");
  run("2024-02");
  deliver("202402",
          "F3,1,2024-02-05,2024-02-15,30,1\nF4,1,2024-02-05,2024-02-15,4,1\nF1,1,2024-02-06,2024-02-15,10,1\n"
          "F5,1,2024-02-07,2024-02-15,5,1\nF2,1,2024-01-06,2024-01-15,2,1\n",
          "");
  run("2024-02");
  EXPECT_THAT(invoices(),
              ElementsAre("F1|10.00|2024|2", "F2|2.00|2024|1", "F3|30.00|2024|2", "F4|4.00|2024|2", "F5|5.00|2024|2"));
  EXPECT_THAT(lake.rows("SELECT rows_read, rows_curated, rows_duplicated FROM caudal.reconciliation WHERE table_name = "
                        "'tb_faturas' AND rows_read = 5"),
              ElementsAre("5|3|2"));
}

TEST_F(CurationTest, ChangesNothingWhenTheSameFileComesAgain) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\nbad,x,2024-01-05,2024-01-15,1,1\n", "P1,F1,1,2024-01-10,1\n");
  run("2024-01");
  const auto before = lake.contents();
  const Summary again = run("2024-01");
  EXPECT_EQ(lake.contents(), before);
  EXPECT_THAT(lake.rows("SELECT step FROM caudal.steps WHERE run_id = '" + again.run.id.text() +
                        "' AND state = 'skipped' AND step LIKE 'book%'"),
              ElementsAre("book_total[2024-02-01]", "book_cliente[2024-02-01]"));
}

TEST_F(CurationTest, HealsAnOrphanWhenItsInvoiceComes) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\n", "P1,F1,1,2024-01-10,1\nP2,F9,1,2024-01-11,5.5\n");
  run("2024-01");
  EXPECT_THAT(payments(), ElementsAre("P1|F1|2024|1"));
  EXPECT_THAT(quarantined("tb_pagamentos"),
              ElementsAre("orfao: id_fatura sem linha em tb_faturas|3|P2,F9,1,2024-01-11,5.5"));
  deliver("202402", "F9,1,2024-02-05,2024-02-15,9,1\n", "");
  run("2024-02");
  EXPECT_THAT(payments(), ElementsAre("P1|F1|2024|1", "P2|F9|2024|1"));
  EXPECT_THAT(quarantined("tb_pagamentos"), IsEmpty());
}

TEST_F(CurationTest, TakesOlderRowsOfAKeyOutOfQuarantineWhenItIsDeliveredAgain) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,-1,1\nF2,1,2024-01-05,2024-01-15,2,1\n", "");
  run("2024-01");
  EXPECT_THAT(quarantined("tb_faturas"), ElementsAre("valor_negativo|2|F1,1,2024-01-05,2024-01-15,-1,1"));
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\nF2,1,2024-01-05,2024-01-15,2,1\n", "");
  run("2024-01");
  EXPECT_THAT(quarantined("tb_faturas"), IsEmpty());
  EXPECT_THAT(invoices(), ElementsAre("F1|1.00|2024|1", "F2|2.00|2024|1"));
}

TEST_F(CurationTest, KeepsRowsWithoutAKeyApart) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\n,7,2024-01-06,2024-01-16,7,1\n", "");
  run("2024-01");
  deliver("202402", "F2,1,2024-02-05,2024-02-15,2,1\n,8,2024-02-06,2024-02-16,8,1\n", "");
  run("2024-02");
  const auto registers = [&] { return lake.rows("SELECT _registro FROM quarantine.tb_faturas ORDER BY 1"); };
  EXPECT_THAT(registers(), ElementsAre(",7,2024-01-06,2024-01-16,7,1", ",8,2024-02-06,2024-02-16,8,1"));
  // The very same record is the same row in a file of the same name, and another in a file of another name.
  run("2024-02");
  EXPECT_THAT(registers(), ::testing::SizeIs(2));
  deliver("202403", "F3,1,2024-03-05,2024-03-15,2,1\n,8,2024-02-06,2024-02-16,8,1\n", "");
  run("2024-03");
  EXPECT_THAT(registers(), ::testing::SizeIs(3));
}

TEST_F(CurationTest, LetsNoOlderRowLeaveQuarantineOverANewerOne) {
  for (const uint64_t memory : {uint64_t{1} << 30, uint64_t{512}}) {  // in one batch, and in one for each file
    Lake small(folder.path() / std::to_string(memory), nullptr, memory);
    small.deliver({"202401", "F1,1,2024-01-05,2024-01-15,1,1\n", "P1,F9,1,2024-01-11,5.5\n"});
    small.deliver({"202402", "F2,1,2024-02-05,2024-02-15,1,1\n", "P1,F1,1,2024-02-11,7.5\n"});
    const Summary both =
        small.start({.flow = &flow,
                     .kind = runs::RunKind::kBackfill,
                     .parameters = {.from = unwrap(parse_month("2024-01")), .to = unwrap(parse_month("2024-02"))}});
    ASSERT_FALSE(both.error) << both.error->to_string();
    EXPECT_THAT(small.rows("SELECT * FROM quarantine.tb_pagamentos"), IsEmpty());
    small.deliver({"202403", "F9,1,2024-03-05,2024-03-15,9,1\n", ""});
    ASSERT_FALSE(small.run_month(flow, "2024-03").error);
    EXPECT_THAT(small.rows("SELECT id_pagamento, id_fatura, valor_pagamento FROM curated.tb_pagamentos"),
                ElementsAre("P1|F1|7.50"));
    EXPECT_THAT(small.rows("SELECT * FROM quarantine.tb_pagamentos"), IsEmpty());
  }
}

TEST_F(CurationTest, QuarantinesUnlikeRowsOfOneKeyAlsoWhereOneOfThemIsAnOrphan) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\n", "P1,F9,1,2024-01-11,5.5\nP1,F1,1,2024-01-11,7.5\n");
  run("2024-01");
  EXPECT_THAT(payments(), IsEmpty());
  EXPECT_THAT(quarantined("tb_pagamentos"), ElementsAre(HasSubstr("chave repetida"), HasSubstr("chave repetida")));
  deliver("202402", "F9,1,2024-02-05,2024-02-15,9,1\n", "");
  run("2024-02");
  EXPECT_THAT(payments(), IsEmpty()) << "nobody can say which is right";
}

TEST_F(CurationTest, LeavesInQuarantineTheRowsOfAFileThatCannotBeReadAnyMore) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\n", "P1,F9,1,2024-01-10,1\n");
  run("2024-01");
  ContractColumn channel = *flow.inputs[1].contract.find("id_fatura");
  channel.name = "canal";
  channel.required = false;
  flow.inputs[1].contract.columns.push_back(channel);
  lake.deliver("tb_faturas_202402.csv", std::string(kInvoiceHeader) + "F9,1,2024-02-05,2024-02-15,9,1\n");
  lake.deliver("tb_pagamentos_202402.csv",
               "id_pagamento,id_fatura,id_cliente,data_pagamento,valor_pagamento,canal\nP2,F9,1,2024-02-06,2,app\n");
  const Summary second = run("2024-02");
  EXPECT_THAT(payments(), ElementsAre("P2|F9|2024|2"));
  EXPECT_THAT(quarantined("tb_pagamentos"), ElementsAre(HasSubstr("P1,F9,1,2024-01-10,1")));
  EXPECT_GT(second.run.warnings, 0U);
}

TEST_F(CurationTest, NamesEveryFailedCheckOfARow) {
  deliver("202401", "F1,x,2024-02-30,2024-01-15,1,1\nF2,1,2024-01-05,2024-01-15,1,1\n", "");
  run("2024-01");
  EXPECT_THAT(quarantined("tb_faturas"),
              ElementsAre(::testing::AllOf(HasSubstr("id_cliente"), HasSubstr("data_emissao"))));
}

TEST_F(CurationTest, RefusesAFileOfTheWrongStructureAndPublishesNothing) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\n", "P1,F1,1,2024-01-10,1\n");
  lake.deliver("tb_pagamentos_202401.csv", "id_pagamento,id_fatura,id_cliente,data,valor_pagamento\n");
  const Summary summary = lake.run_month(flow, "2024-01");
  ASSERT_TRUE(summary.error);
  EXPECT_EQ(summary.error->code, Errc::file_refused);
  EXPECT_EQ(summary.run.state, runs::RunState::kRefused);
  EXPECT_THAT(summary.error->message, HasSubstr("data_pagamento"));
  EXPECT_THAT(lake.rows("SELECT nome, tabela FROM quarantine.arquivos"),
              ElementsAre("tb_pagamentos_202401.csv|tb_pagamentos"));
  EXPECT_THAT(lake.tables(), ElementsAre("quarantine.arquivos"));
}

TEST_F(CurationTest, RefusesTheSameFileAgainWhenTheRunIsResumed) {
  deliver("202401", "F1,1,2024-01-05,2024-01-15,1,1\n", "");
  lake.deliver("tb_pagamentos_202401.csv", "other\n");
  const Summary first = lake.run_month(flow, "2024-01");
  const Summary again = lake.resume(flow, first.run.id);
  ASSERT_TRUE(again.error);
  EXPECT_EQ(again.error->code, Errc::file_refused);
  EXPECT_THAT(lake.rows("SELECT nome FROM quarantine.arquivos"), ElementsAre("tb_pagamentos_202401.csv"));
}

TEST_F(CurationTest, RefusesTheRunWhenARuleThatFailsDoesNotHold) {
  deliver("202401", "", "P1,F1,1,2024-01-10,1\n");
  const Summary summary = lake.run_month(flow, "2024-01");
  ASSERT_TRUE(summary.error);
  EXPECT_EQ(summary.error->code, Errc::rule_failed);
  EXPECT_THAT(summary.error->message, HasSubstr("RowCount"));
}

TEST_F(CurationTest, NamesTheFileThatIsNotThere) {
  lake.deliver("tb_faturas_202401.csv", kInvoiceHeader);
  const Result<Summary> summary = lake.try_month(flow, "2024-01");
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, Errc::no_delivery);
  EXPECT_THAT(summary.error().message, HasSubstr("s3://lake/raw/ingestion/tb_pagamentos_202401.csv"));
}

}  // namespace
}  // namespace caudal::flows::engine
