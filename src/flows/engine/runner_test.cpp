// SPDX-License-Identifier: Apache-2.0
// Runs as a whole: order, backfill, rollback, replay, resuming.
#include "flows/engine/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "flows/engine/deliver_step.h"
#include "flows/engine/errors.h"
#include "flows/engine/testing/small_flow.h"

namespace caudal::flows::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void expect_success(const Summary& summary) {
  EXPECT_FALSE(summary.error) << summary.error->to_string();
  EXPECT_EQ(summary.run.state, runs::RunState::kSucceeded);
}

class RunnerTest : public ::testing::Test {
 protected:
  TemporaryDirectory folder;
  FlowDefinition flow = small_flow(folder.path() / "small");
};

TEST_F(RunnerTest, MonthByMonthGivesWhatOneBackfillGives) {
  Lake monthly(folder.path() / "monthly");
  Lake at_once(folder.path() / "at_once");
  for (const MonthFiles& files : three_months()) {
    monthly.deliver(files);
    at_once.deliver(files);
    expect_success(monthly.run_month(flow, files.month));
  }
  const Month from = unwrap(parse_month("2024-01"));
  const Month to = unwrap(parse_month("2024-03"));
  expect_success(
      at_once.start({.flow = &flow, .kind = runs::RunKind::kBackfill, .parameters = {.from = from, .to = to}}));
  EXPECT_EQ(monthly.contents(), at_once.contents());
  EXPECT_THAT(monthly.rows("SELECT dt_base, faturas, valor, pagamentos FROM refined.book_total ORDER BY dt_base"),
              ElementsAre("2024-02-01|3|171.11|2", "2024-03-01|4|471.11|3", "2024-04-01|5|971.11|4"));
}

// Of little memory every file is a batch of its own, compared with what the batches before it have staged.
TEST_F(RunnerTest, FilesTakenOneByOneGiveWhatTheyGiveTogether) {
  Lake together(folder.path() / "together");
  Lake one_by_one(folder.path() / "one_by_one", nullptr, 512);
  std::vector<MonthFiles> files = three_months();
  files[1].invoices += "F2,2,2024-01-06,2024-01-16,20,2\n";  // as it is in the file before
  files[2].payments += "P1,F1,1,2024-01-10,50\nP1,F1,1,2024-01-10,50\nP4,F2,2,2024-02-02,21\n";
  for (Lake* lake : {&together, &one_by_one}) {
    for (const MonthFiles& month : files) lake->deliver(month);
    for (int again = 0; again < 2; ++again) {  // the second time all of it is curated already
      const Month from = unwrap(parse_month("2024-01"));
      const Month to = unwrap(parse_month("2024-03"));
      expect_success(lake->start({.flow = &flow,
                                  .kind = runs::RunKind::kBackfill,
                                  .parameters = {.from = from, .to = to, .forced = again > 0}}));
    }
  }
  EXPECT_EQ(together.contents(), one_by_one.contents());
  EXPECT_THAT(one_by_one.rows("SELECT id_pagamento, valor_pagamento FROM curated.tb_pagamentos ORDER BY 1"),
              ElementsAre("P1|50.00", "P2|5.00", "P4|21.00", "P5|-1.00"));
  // Of a key that a later file has too, the earlier row was curated and replaced, or never was: both add up.
  for (Lake* lake : {&together, &one_by_one}) {
    EXPECT_THAT(
        lake->rows("SELECT count(*), sum(rows_read) FROM caudal.reconciliation WHERE rows_read = rows_curated + "
                   "rows_quarantined + rows_duplicated"),
        ElementsAre("12|36"));
  }
}

TEST_F(RunnerTest, BackfillsFilesOfManyMonths) {
  Lake lake(folder.path() / "data");
  std::string invoices = kInvoiceHeader;
  std::string payments = kPaymentHeader;
  for (const MonthFiles& files : three_months()) {
    invoices += files.invoices;
    payments += files.payments;
  }
  const std::string invoice_file = folder.path() / "tb_faturas.csv";
  const std::string payment_file = folder.path() / "tb_pagamentos.csv";
  ASSERT_OK(write_file_durably(invoice_file, invoices));
  ASSERT_OK(write_file_durably(payment_file, payments));
  expect_success(lake.start(
      {.flow = &flow, .kind = runs::RunKind::kBackfill, .parameters = {.files = {invoice_file, payment_file}}}));
  // F1 comes twice with other content in one file: nobody can say which is right.
  EXPECT_THAT(lake.rows("SELECT id_fatura FROM curated.tb_faturas ORDER BY 1"), ElementsAre("F2", "F3", "F4", "F5"));
  EXPECT_THAT(lake.rows("SELECT dt_base FROM refined.book_total ORDER BY 1"),
              ElementsAre("2024-02-01", "2024-03-01", "2024-04-01"));
}

TEST_F(RunnerTest, MakesOnlyTheBooksThatAreAskedFor) {
  Lake lake(folder.path() / "data");
  for (const MonthFiles& files : three_months()) lake.deliver(files);
  expect_success(lake.start({.flow = &flow,
                             .kind = runs::RunKind::kBackfill,
                             .parameters = {.from = unwrap(parse_month("2024-01")),
                                            .to = unwrap(parse_month("2024-03")),
                                            .dt_bases = {unwrap(parse_date("2024-04-01"))}}}));
  EXPECT_THAT(lake.rows("SELECT dt_base, faturas FROM refined.book_total"), ElementsAre("2024-04-01|5"));
}

TEST_F(RunnerTest, RefusesFilesOfNoInput) {
  Lake lake(folder.path() / "data");
  Runner runner(lake.platform(), *std::make_unique<Observer>(), nullptr, 1);
  const auto result =
      runner.start({.flow = &flow, .kind = runs::RunKind::kBackfill, .parameters = {.files = {"/tmp/other.csv"}}}, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::unknown_input);
  EXPECT_THAT(result.error().message, HasSubstr("tb_faturas"));
}

TEST_F(RunnerTest, RollsBackToAnEarlierRunAndForwardAgain) {
  Lake lake(folder.path() / "data");
  const auto months = three_months();
  lake.deliver(months[0]);
  const Summary first = lake.run_month(flow, "2024-01");
  const auto after_first = lake.contents();
  lake.deliver(months[1]);
  const Summary second = lake.run_month(flow, "2024-02");
  const auto after_second = lake.contents();
  expect_success(lake.rollback(flow, first.run.id));
  EXPECT_EQ(lake.contents(), after_first);
  expect_success(lake.rollback(flow, second.run.id));
  EXPECT_EQ(lake.contents(), after_second);
}

TEST_F(RunnerTest, RunsOneStepForOneDate) {
  Lake lake(folder.path() / "data");
  lake.deliver(three_months()[0]);
  expect_success(lake.run_month(flow, "2024-01"));
  const Date date = unwrap(parse_date("2024-03-01"));
  const Summary summary = lake.start(
      {.flow = &flow, .kind = runs::RunKind::kStep, .parameters = {.dt_bases = {date}, .only_steps = {"book"}}});
  expect_success(summary);
  EXPECT_THAT(
      lake.rows("SELECT step FROM caudal.steps WHERE run_id = '" + summary.run.id.text() + "' ORDER BY ordinal"),
      ElementsAre("book_total[2024-03-01]", "book_cliente[2024-03-01]", "dicionario"));
  EXPECT_THAT(lake.rows("SELECT dt_base FROM refined.book_total ORDER BY 1"), ElementsAre("2024-02-01", "2024-03-01"));
}

TEST_F(RunnerTest, ReplaysQuarantineWhenTheContractWasMended) {
  Lake lake(folder.path() / "data");
  lake.deliver({"202401", "F1,1,2024-01-05,2024-01-15,-5,1\nF2,1,2024-01-05,2024-01-15,5,1\n", ""});
  expect_success(lake.run_month(flow, "2024-01"));
  FlowDefinition mended = flow;
  std::erase_if(mended.inputs[0].contract.rules, [](const QualityRule& rule) { return rule.name == "valor_negativo"; });
  expect_success(lake.start({.flow = &mended, .kind = runs::RunKind::kReplay}));
  EXPECT_THAT(lake.rows("SELECT id_fatura, valor_fatura FROM curated.tb_faturas ORDER BY 1"),
              ElementsAre("F1|-5.00", "F2|5.00"));
  EXPECT_THAT(lake.rows("SELECT * FROM quarantine.tb_faturas"), IsEmpty());
  EXPECT_THAT(lake.rows("SELECT dt_base, valor FROM refined.book_total"), ElementsAre("2024-02-01|0.00"));
}

TEST_F(RunnerTest, ResumesARefusedRunWhereItStopped) {
  Lake lake(folder.path() / "data");
  lake.deliver({"202401", "", "P1,F1,1,2024-01-10,50\n"});
  const Summary refused = lake.run_month(flow, "2024-01");
  ASSERT_TRUE(refused.error);
  FlowDefinition mended = flow;
  std::erase_if(mended.inputs[0].contract.rules, [](const QualityRule& rule) { return rule.name == "com_linhas"; });
  expect_success(lake.resume(mended, refused.run.id));
  EXPECT_THAT(lake.rows("SELECT step, attempt FROM caudal.steps WHERE run_id = '" + refused.run.id.text() +
                        "' AND step IN ('raw_faturas', 'faturas') ORDER BY step"),
              ElementsAre("faturas|2", "raw_faturas|1"));
}

// Loses what was curated of the invoices' January before it is reconciled.
class Loser final : public Observer {
 public:
  void passed(std::string_view boundary) override {
    if (boundary != "curate.staged" || ++staged_ != 2) return;
    const auto run = unwrap(lake->runs().list({.flow = "small", .limit = 1})).at(0);
    const std::vector<catalog::PartitionMove> moves{
        {.database = "curated", .table = "tb_faturas", .values = {"2024", "01"}}};
    unwrap(lake->catalog().stage(run.id.text(), moves));
  }
  Lake* lake = nullptr;

 private:
  int staged_ = 0;
};

TEST_F(RunnerTest, RowsThatWereLostStopItBeforeRefined) {
  Loser loser;
  Lake lake(folder.path() / "data", &loser);
  loser.lake = &lake;
  lake.deliver(three_months()[0]);
  const Summary summary = lake.run_month(flow, "2024-01");
  ASSERT_TRUE(summary.error);
  EXPECT_EQ(summary.run.state, runs::RunState::kRefused);
  EXPECT_THAT(summary.error->to_string(), HasSubstr("curated.tb_faturas of 2024-01: had 0 rows, gained 2 and lost 0, "
                                                    "but what was written holds 0"));
  EXPECT_THAT(lake.tables(), IsEmpty()) << "nothing is published";
  EXPECT_THAT(lake.rows("SELECT step FROM caudal.steps WHERE step LIKE 'book%'"), IsEmpty());
}

TEST_F(RunnerTest, TakesBothOfTwoFilesOfOneName) {
  Lake lake(folder.path() / "data");
  std::vector<std::string> paths;
  for (const MonthFiles& files : {three_months()[0], three_months()[1]}) {
    const auto place = folder.path() / files.month;
    ASSERT_OK(caudal::create_directories(place));
    ASSERT_OK(write_file_durably(place / "tb_faturas.csv", kInvoiceHeader + files.invoices));
    ASSERT_OK(write_file_durably(place / "tb_pagamentos.csv", kPaymentHeader + files.payments));
    paths.push_back(place / "tb_faturas.csv");
    paths.push_back(place / "tb_pagamentos.csv");
  }
  expect_success(lake.start({.flow = &flow, .kind = runs::RunKind::kBackfill, .parameters = {.files = paths}}));
  EXPECT_THAT(lake.rows("SELECT id_fatura FROM curated.tb_faturas ORDER BY 1"), ElementsAre("F1", "F2", "F3", "F4"));
  EXPECT_THAT(lake.rows("SELECT count(DISTINCT output_partition) FROM caudal.lineage WHERE output_table LIKE 'raw.%'"),
              ElementsAre("4"));
}

TEST_F(RunnerTest, TakesTheFilesOfAMonthInTheOrderInWhichTheyCame) {
  flow.inputs[0].pattern = unwrap(FilePattern::parse("raw/ingestion/tb_faturas_{yyyyMM}*.csv[.gz]"));
  const std::string key = "s3://lake/raw/ingestion/tb_faturas_202401";
  const Month january = unwrap(parse_month("2024-01"));
  std::vector<std::vector<std::string>> results;
  for (const bool as_the_watch_does : {false, true}) {
    Lake lake(folder.path() / (as_the_watch_does ? "watched" : "by_hand"));
    lake.deliver({"202401", "F1,1,2024-01-05,2024-01-15,1,1\n", "P1,F1,1,2024-01-10,1\n"});
    lake.deliver("tb_faturas_202401-fix.csv", std::string(kInvoiceHeader) + "F1,1,2024-01-05,2024-01-15,2,1\n");
    std::vector<std::string> files;
    if (as_the_watch_does) {
      files = {key + ".csv", key + "-fix.csv", "s3://lake/raw/ingestion/tb_pagamentos_202401.csv"};
    }
    expect_success(
        lake.start({.flow = &flow, .parameters = {.from = january, .to = january, .files = std::move(files)}}));
    results.push_back(lake.contents());
    EXPECT_THAT(lake.rows("SELECT valor_fatura FROM curated.tb_faturas"), ElementsAre("2.00"));
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST_F(RunnerTest, TakesAFileForTheInputThatItsWholeKeyFits) {
  flow.inputs[0].pattern = unwrap(FilePattern::parse("raw/ingestion/{yyyy}/{MM}/dados.csv"));
  flow.inputs[1].pattern = unwrap(FilePattern::parse("raw/ingestion/pagos/{yyyy}/{MM}/dados.csv"));
  Lake lake(folder.path() / "data");
  lake.deliver("2024/01/dados.csv", std::string(kInvoiceHeader) + "F1,1,2024-01-05,2024-01-15,1,1\n");
  lake.deliver("pagos/2024/01/dados.csv", std::string(kPaymentHeader) + "P1,F1,1,2024-01-10,1\n");
  const Month january = unwrap(parse_month("2024-01"));
  expect_success(lake.start({.flow = &flow,
                             .parameters = {.from = january,
                                            .to = january,
                                            .files = {"s3://lake/raw/ingestion/2024/01/dados.csv",
                                                      "s3://lake/raw/ingestion/pagos/2024/01/dados.csv"}}}));
  EXPECT_THAT(lake.rows("SELECT id_pagamento FROM curated.tb_pagamentos"), ElementsAre("P1"));
}

TEST_F(RunnerTest, TakesAFileForTheInputWithTheLongestNameThatFits) {
  InputDefinition shorter = flow.inputs[0];
  shorter.name = "tb";
  shorter.pattern = unwrap(FilePattern::parse("raw/ingestion/tb_{yyyyMM}.csv"));
  flow.inputs.push_back(std::move(shorter));
  const std::string path = folder.path() / "tb_faturas-tudo.csv";
  ASSERT_OK(write_file_durably(path, std::string(kInvoiceHeader) + "F1,1,2024-01-05,2024-01-15,1,1\n"));
  Lake lake(folder.path() / "data");
  runs::RunRecord run{.flow = "small", .parameters = {.files = {path}}};
  Observer quiet;
  const DaySources nothing;
  RunContext context{lake.platform(), flow, run, {}, quiet, nothing};
  EXPECT_THAT(unwrap(find_deliveries(context, flow.inputs[0])), ::testing::SizeIs(1));
  EXPECT_THAT(unwrap(find_deliveries(context, flow.inputs.back())), IsEmpty());
}

TEST_F(RunnerTest, IsNotKnownByAMonthOfWhichItTakesOnlySomeFiles) {
  Lake lake(folder.path() / "data");
  lake.deliver(three_months()[0]);
  const Month january = unwrap(parse_month("2024-01"));
  const Summary some =
      lake.start({.flow = &flow, .parameters = {.from = january, .to = january, .only_steps = {"tb_pagamentos"}}});
  EXPECT_EQ(some.run.work_key, "");
  const Summary whole = lake.run_month(flow, "2024-01");
  ASSERT_NE(whole.run.work_key, "");
  EXPECT_EQ(unwrap(lake.runs().find_by_work_key("small", whole.run.work_key))->id, whole.run.id);
}

TEST_F(RunnerTest, MakesABookOfTheMonthThatItIsAskedForWithoutDeliveringAnything) {
  Lake lake(folder.path() / "data");
  lake.deliver(three_months()[0]);
  expect_success(lake.run_month(flow, "2024-01"));
  const Month february = unwrap(parse_month("2024-02"));
  expect_success(
      lake.start({.flow = &flow, .parameters = {.from = february, .to = february, .only_steps = {"book_total"}}}));
  EXPECT_THAT(lake.rows("SELECT dt_base, faturas FROM refined.book_total ORDER BY 1"),
              ElementsAre("2024-02-01|2", "2024-03-01|2"));
}

TEST_F(RunnerTest, RefusesToResumeARunThatALaterOneHasOvertaken) {
  Lake lake(folder.path() / "data");
  lake.deliver({"202401", "", ""});
  const Summary refused = lake.run_month(flow, "2024-01");
  ASSERT_TRUE(refused.error);
  lake.deliver(three_months()[0]);
  expect_success(lake.run_month(flow, "2024-01"));
  Runner runner(lake.platform(), *std::make_unique<Observer>(), nullptr, 1);
  const auto resumed = runner.resume(flow, refused.run.id, {});
  ASSERT_FALSE(resumed);
  EXPECT_EQ(resumed.error().code, Errc::overtaken);
}

TEST_F(RunnerTest, NewColumnsOfAContractGoLiveWithTheirRowsAndBackWithThem) {
  Lake lake(folder.path() / "data");
  lake.deliver(three_months()[0]);
  const Summary first = lake.run_month(flow, "2024-01");
  expect_success(first);
  ContractColumn channel = *flow.inputs[0].contract.find("id_fatura");
  channel.name = "canal";
  channel.required = false;
  flow.inputs[0].contract.columns.push_back(channel);
  const auto columns = [&](const char* database) {
    return unwrap(lake.catalog().live().table(database, "tb_faturas")).columns.size();
  };
  const auto deliver = [&](const std::string& rows) {
    lake.deliver(
        "tb_faturas_202402.csv",
        "id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo,canal\n" + rows);
  };
  lake.deliver(three_months()[1]);
  deliver("");  // breaks the contract's RowCount > 0
  const Summary refused = lake.run_month(flow, "2024-02");
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(columns("curated"), 6U) << "the data has no such column yet";
  EXPECT_EQ(columns("quarantine"), 10U);
  EXPECT_THAT(lake.rows("SELECT count(*) FROM curated.tb_faturas"), ElementsAre("2"));
  deliver("F9,1,2024-02-05,2024-02-15,9,1,app\n");
  expect_success(lake.run_month(flow, "2024-02"));
  EXPECT_EQ(columns("curated"), 7U);
  EXPECT_EQ(columns("quarantine"), 11U);
  EXPECT_THAT(lake.rows("SELECT id_fatura, canal FROM curated.tb_faturas ORDER BY 1"),
              ElementsAre("F1|", "F2|", "F9|app"));
  const Summary back = lake.rollback(flow, first.run.id);
  expect_success(back);
  EXPECT_EQ(columns("curated"), 6U);
  EXPECT_THAT(lake.rows("SELECT * FROM curated.tb_faturas"), ::testing::SizeIs(2));
  EXPECT_THAT(lake.rows("SELECT message FROM caudal.logs WHERE run_id = '" + back.run.id.text() +
                        "' AND message LIKE 'curated.tb_faturas has the columns%'"),
              ::testing::SizeIs(1));
}

// Books read tables that no run has published yet; who looks from outside sees none of them.
TEST_F(RunnerTest, TablesComeToBeWithTheFirstRunThatPublishes) {
  Lake lake(folder.path() / "data");
  lake.deliver(three_months()[0]);
  lake.deliver("tb_faturas_202401.csv", kInvoiceHeader);  // breaks the contract's RowCount > 0
  const Summary refused = lake.run_month(flow, "2024-01");
  ASSERT_TRUE(refused.error);
  EXPECT_THAT(lake.tables(), IsEmpty());
  EXPECT_THAT(unwrap(lake.catalog().live().databases()), IsEmpty());
  std::erase_if(flow.inputs[0].contract.rules, [](const auto& rule) { return rule.name == "com_linhas"; });
  const Summary resumed = lake.resume(flow, refused.run.id);
  expect_success(resumed);
  EXPECT_THAT(lake.tables(), ::testing::IsSupersetOf({"curated.tb_faturas", "curated.tb_pagamentos",
                                                      "quarantine.tb_faturas", "refined.book_total"}));
  EXPECT_THAT(unwrap(lake.catalog().live().staged_ids()), IsEmpty());
}

TEST_F(RunnerTest, LeavesNoLocalFilesBehind) {
  Lake lake(folder.path() / "data");
  lake.deliver(three_months()[0]);
  expect_success(lake.run_month(flow, "2024-01"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "data/staging"));
}

}  // namespace
}  // namespace caudal::flows::engine
