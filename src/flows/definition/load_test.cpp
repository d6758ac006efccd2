// SPDX-License-Identifier: Apache-2.0
// Whole folders: the flow that ships, and a small one with every kind of mistake in turn.
#include "flows/definition/load.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::flows {
namespace {

const std::filesystem::path kShipped = std::filesystem::path(CAUDAL_SOURCE_DIR) / "flows";

constexpr std::string_view kFlow = R"yaml(name: small
description: a flow
time_zone: America/Sao_Paulo
period: month
databases: [curated, refined, quarantine]
inputs:
  - name: vendas
    contract: vendas.yaml
    file: raw/vendas_{yyyyMM}.csv
    deadline: {day: 3, time: "09:00"}
    settle: 30s
schedule: {cron: "0 6 3 * *"}
retries: {attempts: 3, first_delay: 10s}
timeout: 1h
steps:
  - {name: soma, kind: sql, after: [tabela], file: soma.sql, output: {database: refined, table: soma, partition: {dt_base: date}}, reads: [{table: curated.vendas, months: 12}]}
  - {name: bruto, kind: deliver, input: vendas}
  - {name: tabela, kind: curate, after: [bruto], input: vendas, output: curated.vendas, quarantine: quarantine.vendas, retries: {attempts: 1}, timeout: 5m}
  - {name: contas, kind: reconcile, after: [tabela], inputs: [vendas]}
  - {name: livro, kind: book, after: [tabela], file: livro.yaml, output: {database: refined, table: livro, partition: {dt_base: date}}, reads: [{table: curated.vendas, months: all}]}
  - {name: dicionario, kind: dictionary, after: [livro], book: livro, output: {database: refined, table: dic}}
  - {name: desvio, kind: drift, after: [livro], book: livro, months_before: 3, variables: [valor_sum_u1m]}
notices: {failed: [log, email], late: chat}
)yaml";

constexpr std::string_view kContract = R"yaml(table: vendas
description: Vendas
columns:
  - {name: id, type: string}
  - {name: dia, type: date}
  - {name: valor, type: "decimal(18,2)"}
key: id
month_column: dia
)yaml";

constexpr std::string_view kBook = R"yaml(name: livro
description: d
entity: {column: id, type: string, description: x}
date: dia
windows: U1M
source: SELECT * FROM curated.vendas
totals: true
measures: [{column: valor, type: "decimal(18,2)", aggregates: sum, description: y}]
)yaml";

class LoadFlow : public testing::Test {
 protected:
  LoadFlow() {
    files_["flow.yaml"] = kFlow;
    files_["vendas.yaml"] = kContract;
    files_["livro.yaml"] = kBook;
    files_["soma.sql"] = "SELECT ${dt_base} AS d\n";
  }
  void replace(const std::string& file, std::string_view from, std::string_view to) {
    std::string& text = files_[file];
    const size_t at = text.find(from);
    CHECK(at != std::string::npos, "the test's flow has changed");
    text.replace(at, from.size(), to);
  }
  Result<FlowDefinition> load() {
    const std::filesystem::path folder = temporary_.path() / "small";
    std::filesystem::remove_all(folder);
    unwrap(caudal::create_directories(folder));
    for (const auto& [name, text] : files_) std::ofstream(folder / name, std::ios::binary) << text;
    return load_flow(folder);
  }
  // The mistakes with the folder left out.
  std::string mistakes() {
    const Result<FlowDefinition> flow = load();
    if (flow) return "";
    EXPECT_TRUE(flow.error().is(ErrorClass::kUsage));
    std::string text = flow.error().message;
    const std::string folder = (temporary_.path() / "small").string() + "/";
    for (size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) text.erase(at, folder.size());
    return text;
  }
  // What one change of flow.yaml leads to.
  std::string after(std::string_view from, std::string_view to) {
    files_["flow.yaml"] = kFlow;
    replace("flow.yaml", from, to);
    return mistakes();
  }

  TemporaryDirectory temporary_;
  std::map<std::string, std::string> files_;
};

TEST(ShippedFlows, InvoicesIsWhole) {
  const Result<FlowDefinition> flow = load_flow(kShipped / "invoices");
  ASSERT_OK(flow);
  EXPECT_EQ(flow->name, "invoices");
  EXPECT_EQ(flow->inputs.size(), 2u);
  EXPECT_EQ(flow->find_input("tb_faturas")->pattern.match("raw/ingestion/tb_faturas_202401.csv.gz"),
            std::chrono::year(2024) / std::chrono::January);
  const auto& book = std::get<BookStep>(flow->find_step("book_cliente")->action).book;
  EXPECT_EQ(book.variables.size(), 8u * 5u * 19u);  // SEM_PAGAMENTO of both classes is one
  EXPECT_EQ(find_flows(kShipped), (std::vector<std::filesystem::path>{kShipped / "invoices", kShipped / "payments"}));
}

TEST(ShippedFlows, PaymentsIsWhole) {
  const Result<FlowDefinition> flow = load_flow(kShipped / "payments");
  ASSERT_OK(flow);
  EXPECT_TRUE(flow->is_daily);
  EXPECT_TRUE(flow->inputs.empty());
  const auto& collect = std::get<CollectStep>(flow->find_step("pagamentos_programados")->action);
  EXPECT_EQ(collect.source, "payments");
  EXPECT_EQ(collect.output.table.to_string(), "curated.pagamentos_programados");
  EXPECT_EQ(collect.output.partition, "data_agendada");
  EXPECT_EQ(collect.days_before, 7);
  EXPECT_EQ(std::get<ReconcileStep>(flow->find_step("conciliacao")->action).collected,
            std::vector<std::string>{"pagamentos_programados"});
}

TEST_F(LoadFlow, CollectStepsAndTheirReconciliation) {
  const std::string collect =
      "steps:\n  - {name: dias, kind: collect, source: s, output: {database: curated, table: dias, day: dia}}\n";
  EXPECT_EQ(after("steps:\n", collect), "");
  EXPECT_EQ(after("steps:\n", collect + "  - {name: ok, kind: reconcile, after: [dias], collected: [dias]}\n"), "");
  EXPECT_EQ(after("steps:\n", collect + "  - {name: ok, kind: reconcile, collected: [dias]}\n"),
            "flow.yaml:17:5: step 'ok': must stand 'after' step 'dias'");
  EXPECT_EQ(after("steps:\n", collect + "  - {name: ok, kind: reconcile, after: [dias], collected: [bruto]}\n"),
            "flow.yaml:17:5: step 'ok': 'bruto' is no step of kind collect");
}

TEST_F(LoadFlow, ReadsAllThatCanBeSaid) {
  const Result<FlowDefinition> flow = load();
  ASSERT_OK(flow);
  EXPECT_EQ(flow->bucket, "lake");
  EXPECT_EQ(flow->schedule->cron, "0 6 3 * *");
  EXPECT_EQ(flow->inputs[0].deadline->day, 3);
  EXPECT_EQ(flow->inputs[0].settle, std::chrono::seconds(30));
  EXPECT_EQ(flow->find_step("bruto")->retries.attempts, 3);
  EXPECT_EQ(flow->find_step("bruto")->timeout, std::chrono::hours(1));
  EXPECT_EQ(flow->find_step("tabela")->retries.attempts, 1);
  EXPECT_EQ(flow->find_step("tabela")->retries.first_delay, std::chrono::seconds(10));  // the flow's
  EXPECT_EQ(flow->find_step("tabela")->timeout, std::chrono::minutes(5));
  EXPECT_EQ(std::get<SqlStep>(flow->find_step("soma")->action).reads[0].months, 12);
  EXPECT_EQ(std::get<BookStep>(flow->find_step("livro")->action).reads[0].months, std::nullopt);
  EXPECT_EQ(std::get<DriftDefinition>(flow->find_step("desvio")->action).months_before, 3);
  EXPECT_EQ(flow->notices.channels.at(NoticeEvent::kLate), std::vector<std::string>{"chat"});
  EXPECT_EQ(flow->notices.channels.count(NoticeEvent::kSucceeded), 0u);
}

TEST_F(LoadFlow, StepsComeAfterWhatTheyDependOn) {
  const Result<FlowDefinition> flow = load();
  ASSERT_OK(flow);
  std::string order;
  for (const StepDefinition& step : flow->steps) order += step.name + " ";
  EXPECT_EQ(order, "bruto tabela soma contas livro dicionario desvio ");
}

TEST_F(LoadFlow, TheVersionChangesWithAnyFile) {
  const std::string before = unwrap(load()).version;
  EXPECT_EQ(unwrap(load()).version, before);
  replace("soma.sql", "AS d", "AS e");
  EXPECT_NE(unwrap(load()).version, before);
}

TEST_F(LoadFlow, MistakesOfEveryFileAreToldTogether) {
  replace("flow.yaml", "period: month", "period: week");
  replace("vendas.yaml", "type: date", "type: dat");
  replace("livro.yaml", "aggregates: sum", "aggregates: add");
  replace("soma.sql", "dt_base", "dtbase");
  const std::string text = mistakes();
  EXPECT_NE(text.find("flow.yaml:4:9: 'period' must be one of month, day, found 'week'"), std::string::npos) << text;
  EXPECT_NE(text.find("vendas.yaml:5:23: 'dat' is not a column type"), std::string::npos) << text;
  EXPECT_NE(text.find("livro.yaml:8:63: 'add' is no aggregate"), std::string::npos) << text;
  EXPECT_NE(text.find("soma.sql:1:8: '${dtbase}' is no parameter"), std::string::npos) << text;
}

TEST_F(LoadFlow, TheHeadOfTheFlow) {
  EXPECT_TRUE(after("name: small", "name: large")
                  .starts_with("flow.yaml:1:7: the flow is called 'large' but its folder 'small'"));
  EXPECT_EQ(after("America/Sao_Paulo", "Sao_Paulo"),
            "flow.yaml:3:12: 'Sao_Paulo' is no time zone of the IANA database, such as America/Sao_Paulo");
  EXPECT_EQ(
      after("0 6 3 * *", "0 6 3 *"),
      "flow.yaml:12:18: cron '0 6 3 *' has 4 fields; expected five (minute, hour, day of the month, month, day of the "
      "week), such as '0 6 3 * *' for 06:00 on the 3rd");
  EXPECT_EQ(after("attempts: 3", "attempts: 0"),
            "flow.yaml:13:21: 'attempts' must be a whole number from 1 to 100, found '0'");
  EXPECT_EQ(after("first_delay: 10s", "first_delay: 10s, max_delay: 5s"),
            "flow.yaml:13:53: 'max_delay' must not be less than 'first_delay'");
  EXPECT_EQ(after("late: chat", "late: chatt"),
            "flow.yaml:23:39: 'chatt' is no channel; known are email, chat, log (did you mean 'chat'?)");
  EXPECT_TRUE(after("late: chat", "lat: chat")
                  .starts_with("flow.yaml:23:33: 'notices' has no key 'lat' (did you mean 'late'?)"));
  EXPECT_TRUE(after("timeout: 1h", "timout: 1h")
                  .starts_with("flow.yaml:14:1: the flow has no key 'timout' (did you mean 'timeout'?)"));
}

TEST_F(LoadFlow, Inputs) {
  EXPECT_EQ(after("day: 3", "day: 31"), "flow.yaml:10:21: 'day' must be a whole number from 1 to 28, found '31'");
  EXPECT_TRUE(after("{yyyyMM}", "{yyyymm}").starts_with("flow.yaml:9:11: file pattern 'raw/vendas_{yyyymm}.csv'"));
  EXPECT_TRUE(
      after("contract: vendas.yaml", "contract: venda.yaml").starts_with("flow.yaml:8:15: cannot read 'venda.yaml'"));
  EXPECT_TRUE(after("contract: vendas.yaml", "contract: ../vendas.yaml")
                  .starts_with("flow.yaml:8:15: '../vendas.yaml' must be a file inside the flow's folder"));
  replace("vendas.yaml", "month_column: dia\n", "month_column: dia\nreferences: [{columns: id, table: compras}]\n");
  EXPECT_EQ(after("name: small", "name: small"), "vendas.yaml:9:14: 'compras' is the table of no input of this flow");
  files_["vendas.yaml"] = kContract;
  replace("vendas.yaml", "month_column: dia\n",
          "month_column: dia\nreferences: [{columns: id, table: vendas, target_columns: dia}]\n");
  EXPECT_EQ(after("name: small", "name: small"), "vendas.yaml:9:14: 'id' is string but vendas.dia is date");
}

TEST_F(LoadFlow, NamesAndOrderOfSteps) {
  EXPECT_EQ(after("{name: contas,", "{name: bruto,"),
            "flow.yaml:19:5: step 'bruto': the name is taken by the step in line 17");
  EXPECT_EQ(after("after: [bruto]", "after: [brut]"),
            "flow.yaml:18:5: step 'tabela': 'after' names 'brut', which is no step (did you mean 'bruto'?)");
  EXPECT_EQ(after("kind: deliver,", "kind: deliver, after: [soma],"),
            "flow.yaml:16:5: step 'soma': waits for itself: soma after tabela after bruto after soma");
  EXPECT_EQ(after("kind: deliver,", "kind: deliver, after: [bruto],"),
            "flow.yaml:17:5: step 'bruto': waits for itself: bruto after bruto");
  EXPECT_TRUE(
      after("kind: deliver", "kind: delivr")
          .starts_with("flow.yaml:17:25: 'kind' must be one of deliver, curate, reconcile, sql, book, dictionary, "
                       "drift, collect, found 'delivr' (did you mean 'deliver'?)"));
}

TEST_F(LoadFlow, WhatStepsSayOfEachOther) {
  EXPECT_EQ(after("input: vendas}", "input: venda}").substr(0, 78),
            "flow.yaml:17:5: step 'bruto': 'venda' is no input (did you mean 'vendas'?)\nflo");
  EXPECT_EQ(after("after: [tabela], inputs", "after: [bruto], inputs"),
            "flow.yaml:19:5: step 'contas': must stand 'after' the step that does 'curate' for input 'vendas'");
  EXPECT_EQ(
      after("kind: sql, after: [tabela]", "kind: sql, after: [bruto]"),
      "flow.yaml:16:139: step 'soma' reads curated.vendas, so it must stand 'after' step 'tabela', which writes it");
  EXPECT_EQ(after("table: soma", "table: livro"),
            "flow.yaml:20:5: step 'livro': refined.livro is written by step 'soma' already");
  EXPECT_EQ(
      after("database: refined, table: soma", "database: refind, table: soma"),
      "flow.yaml:16:5: step 'soma': database 'refind' is not among the flow's 'databases' (did you mean 'refined'?)");
  EXPECT_EQ(after("book: livro, output", "book: soma, output"),
            "flow.yaml:21:5: step 'dicionario': 'soma' is no step of kind book");
  EXPECT_EQ(after("[valor_sum_u1m]", "[valor_sum_u2m]"),
            "flow.yaml:22:5: step 'desvio': 'valor_sum_u2m' is no variable of 'livro' (did you mean 'valor_sum_u1m'?)");
  EXPECT_EQ(after("partition: {dt_base: date}}, reads: [{table: curated.vendas, months: 12}]",
                  "partition: {dt_base: text}}, reads: [{table: curated.vendas, months: 12}]"),
            "flow.yaml:16:124: a table is partitioned by 'dt_base: date', or not at all");
  EXPECT_EQ(after("months: 12", "months: 0"),
            "flow.yaml:16:172: 'months' (or all) must be a whole number from 1 to 1200, found '0'");
  EXPECT_EQ(after("output: curated.vendas", "output: vendas").substr(0, 80),
            "flow.yaml:18:73: 'output' must be a table such as curated.tb_faturas, found 'ven");
}

TEST_F(LoadFlow, SharedSelects) {
  files_["base.sql"] = "SELECT * FROM curated.vendas WHERE dia < ${dt_base}\n";
  const std::string shared =
      "shared: [{name: base, file: base.sql, reads: [{table: curated.vendas, months: 6}]}]\nsteps:";
  const auto with = [&](std::string_view reads) {
    files_["flow.yaml"] = kFlow;
    replace("flow.yaml", "steps:", shared);
    replace("flow.yaml", "{table: curated.vendas, months: 12}", reads);
    return mistakes();
  };
  EXPECT_EQ(with("{shared: base}, {table: curated.vendas, months: 12}"), "");
  const FlowDefinition flow = unwrap(load());
  const auto& step = std::get<SqlStep>(flow.find_step("soma")->action);
  EXPECT_EQ(step.shared, std::vector<std::string>{"base"});
  EXPECT_EQ(step.reads.size(), 1u);
  EXPECT_EQ(flow.find_shared("base")->reads.at(0).months, 6);
  EXPECT_EQ(flow.find_shared("base")->sql.render(unwrap(parse_date("2024-02-01"))),
            "SELECT * FROM curated.vendas WHERE dia < DATE '2024-02-01'");
  EXPECT_EQ(flow.find_shared("soma"), nullptr);

  EXPECT_EQ(with("{shared: bases}"),
            "flow.yaml:17:5: step 'soma': 'bases' is none of the flow's 'shared' (did you mean 'base'?)");
  EXPECT_EQ(with("{shared: base}, {shared: base}"), "flow.yaml:17:156: 'base' is in 'reads' already");
  EXPECT_NE(with("{shared: base, months: 3}").find("an item of 'reads' has no key 'months'"), std::string::npos);
  with("{shared: base}");
  EXPECT_EQ(
      (replace("flow.yaml", "kind: sql, after: [tabela]", "kind: sql, after: [bruto]"), mistakes()),
      "flow.yaml:15:47: step 'soma' reads curated.vendas, so it must stand 'after' step 'tabela', which writes it");
  with("{shared: base}");
  EXPECT_EQ(
      (replace("flow.yaml", "shared: [", "shared: [{name: base, file: base.sql, reads: [{table: a.b, months: 1}]}, "),
       mistakes()),
      "flow.yaml:15:74: 'base' is there already, in line 15");
  files_["base.sql"] = "SELECT ${base}\n";
  EXPECT_TRUE(with("{shared: base}").starts_with("base.sql:1:8: '${base}' is no parameter"));
}

TEST_F(LoadFlow, AFolderWithoutAFlowSaysSo) {
  const Result<FlowDefinition> flow = load_flow(temporary_.path() / "nowhere");
  ASSERT_FALSE(flow);
  EXPECT_NE(flow.error().message.find("nowhere/flow.yaml: cannot read 'flow.yaml'"), std::string::npos)
      << flow.error().message;
}

}  // namespace
}  // namespace caudal::flows
