// SPDX-License-Identifier: Apache-2.0
// The system tables as a query sees them.
#include "flows/runs/system_tables.h"

#include <gmock/gmock.h>

#include "flows/runs/testing/run_fixture.h"
#include "sql/database.h"

namespace caudal::runs {
namespace {

using namespace std::chrono_literals;
using sql::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SystemTablesTest : public RunFixture {
 protected:
  // Each table is a function of its name, as sessions make it before they lay a view over it.
  Result<std::vector<std::vector<Value>>> try_query(const std::string& statement) {
    const auto database = unwrap(sql::Database::open({}));
    for (const auto& table : unwrap(make_system_tables(*store))) {
      unwrap(database->register_source(std::string(table->name()), queries::make_system_source(table)));
    }
    const auto connection = unwrap(database->connect());
    auto stream = TRY(connection->query(statement));
    return stream.all();
  }
  std::vector<std::vector<Value>> query(const std::string& statement) { return unwrap(try_query(statement)); }
};

TEST_F(SystemTablesTest, AllAreThereAndEmptyBeforeTheFirstRun) {
  for (const char* name : {"runs", "steps", "quality", "lineage", "reconciliation", "drift", "logs"}) {
    EXPECT_THAT(query(std::string("SELECT * FROM ") + name + "()"), IsEmpty()) << name;
  }
}

TEST_F(SystemTablesTest, ARunShowsWhatItWasAskedAndHowItEnded) {
  RunRecord draft = month_run();
  draft.kind = RunKind::kBackfill;
  draft.parameters.to = unwrap(parse_month("2024-03"));
  draft.parameters.files = {"a.csv", "b.csv"};
  draft.parameters.dt_bases = {unwrap(parse_date("2024-02-01")), unwrap(parse_date("2024-03-01"))};
  const RunId id = unwrap(store->begin(draft));
  const Timestamp started = clock.now();
  EXPECT_THAT(query("SELECT ended, duration_ms, error FROM runs()").at(0), ElementsAre(Value(), Value(), Value()))
      << "under way";
  clock.advance(1500ms + 999us);
  ASSERT_OK(store->finish(id, {.state = RunState::kRefused, .error = "caf\xe9", .error_class = "refused"}));
  EXPECT_THAT(query("SELECT run_id, flow, kind, trigger, state, first_month, last_month, dt_bases, files, forced, "
                    "started, duration_ms, attempt, error FROM runs()")
                  .at(0),
              ElementsAre(Value(id.text()), Value("invoices"), Value("backfill"), Value("command"), Value("refused"),
                          Value("2024-01"), Value("2024-03"), Value("2024-02-01, 2024-03-01"), Value("a.csv, b.csv"),
                          Value(false), Value(started), Value(int64_t{1500}), Value(int64_t{1}), Value("caf\uFFFD")));
}

TEST_F(SystemTablesTest, RunsComeOldestFirstAndJoinWithTheirSteps) {
  for (const char* flow : {"a", "b"}) {
    const RunId id = unwrap(store->begin({.flow = flow}));
    ASSERT_OK(store->update_step({.run = id,
                                  .name = "curate",
                                  .state = StepState::kSucceeded,
                                  .started = clock.now(),
                                  .ended = clock.now() + 2s,
                                  .rows_in = 10,
                                  .rows_out = 9}));
  }
  const auto rows = query(
      "SELECT r.flow, s.step, s.state, s.rows_in - s.rows_out, s.duration_ms FROM runs() r JOIN steps() s USING "
      "(run_id) ORDER BY r.run_id");
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_THAT(rows[0],
              ElementsAre(Value("a"), Value("curate"), Value("succeeded"), Value(int64_t{1}), Value(int64_t{2000})));
  EXPECT_EQ(rows[1][0], Value("b"));
}

TEST_F(SystemTablesTest, AmountsAreExactDecimalsOfTwoDigitsOrAsManyAsWereEverNeeded) {
  const RunId id = unwrap(store->begin(month_run()));
  const ReconciliationRecord plain{.table = "curated.tb_faturas",
                                   .file = "tb_faturas.csv",
                                   .rows_read = 130000,
                                   .rows_curated = 130000,
                                   .amount_column = "valor_fatura",
                                   .amount_read = unwrap(Decimal::parse("4551889715.23")),
                                   .amount_curated = unwrap(Decimal::parse("4551889715.2")),
                                   .amount_quarantined = Decimal(0, 0),
                                   .balanced = true};
  const ReconciliationRecord no_amount{.table = "curated.clientes", .file = "clientes.csv"};
  ASSERT_OK(store->record({.step = {.run = id, .name = "curate"}, .reconciliation = {plain, no_amount}}));
  const std::string statement =
      "SELECT amount_read::varchar, amount_curated::varchar, amount_quarantined::varchar, typeof(amount_read), "
      "balanced "
      "FROM reconciliation() ORDER BY file DESC";
  EXPECT_THAT(query(statement).at(0), ElementsAre(Value("4551889715.23"), Value("4551889715.20"), Value("0.00"),
                                                  Value("DECIMAL(38,2)"), Value(true)));
  EXPECT_THAT(query(statement).at(1), ElementsAre(Value(), Value(), Value(), Value("DECIMAL(38,2)"), Value(false)));

  ReconciliationRecord fine = plain;
  fine.amount_read = unwrap(Decimal::parse("0.12345"));
  ASSERT_OK(store->record({.step = {.run = id, .name = "curate2"}, .reconciliation = {fine}}));
  const auto rows = query("SELECT amount_read::varchar FROM reconciliation() WHERE amount_read IS NOT NULL ORDER BY 1");
  EXPECT_THAT(rows, ElementsAre(ElementsAre(Value("0.12345")), ElementsAre(Value("4551889715.23000"))));
}

TEST_F(SystemTablesTest, AnAmountThatDoesNotFitIsAnErrorAndNeverRounded) {
  const auto tables = unwrap(make_system_tables(*store));
  const RunId id = unwrap(store->begin(month_run()));
  ASSERT_OK(
      store->record({.step = {.run = id, .name = "curate"},
                     .reconciliation = {{.amount_column = "v", .amount_read = unwrap(Decimal::parse("0.001"))}}}));
  for (const auto& table : tables) {
    const auto rows = table->rows();
    if (table->name() != "reconciliation") continue;
    ASSERT_FALSE(rows);
    EXPECT_THAT(rows.error().message, HasSubstr("0.001 does not fit decimal(38,2)"));
  }
}

TEST_F(SystemTablesTest, FindingsShowTheStepThatMadeThem) {
  const RunId id = unwrap(store->begin(month_run()));
  const Date before = unwrap(parse_date("2024-01-01"));
  const Date now = unwrap(parse_date("2024-02-01"));
  ASSERT_OK(store->record(
      {.step = {.run = id, .name = "curate[2024-01]"},
       .quality = {{.table = "t",
                    .rule = "RowCount > 0",
                    .action = "fail",
                    .outcome = RuleOutcome::kFailed,
                    .rows_failed = 2}},
       .lineage = {{.input = "s3://lake/a.csv", .output_table = "t", .output_partition = "mes=01", .rows = 3}},
       .drift = {{.table = "t", .variable = "v", .base = before, .current = now, .psi = 0.25, .level = "moderate"}}}));
  store->log(id, LogLevel::kWarning, "curate[2024-01]", "2 rows failed");
  EXPECT_THAT(query("SELECT flow, step, rule, name, action, outcome, rows_failed FROM quality()").at(0),
              ElementsAre(Value("invoices"), Value("curate[2024-01]"), Value("RowCount > 0"), Value(), Value("fail"),
                          Value("failed"), Value(int64_t{2})));
  EXPECT_THAT(query("SELECT input, input_version, output_table, output_partition, row_count FROM lineage()").at(0),
              ElementsAre(Value("s3://lake/a.csv"), Value(), Value("t"), Value("mes=01"), Value(int64_t{3})));
  EXPECT_THAT(query("SELECT variable, dt_base_before, dt_base, psi, level FROM drift()").at(0),
              ElementsAre(Value("v"), Value(before), Value(now), Value(0.25), Value("moderate")));
  EXPECT_THAT(query("SELECT line, logged_at, level, step, message FROM logs()").at(0),
              ElementsAre(Value(int64_t{0}), Value(clock.now()), Value("warning"), Value("curate[2024-01]"),
                          Value("2 rows failed")));
}

}  // namespace
}  // namespace caudal::runs
