// SPDX-License-Identifier: Apache-2.0
// Days of a source as partitions: published once, again when they change, and held against the source to the cent.
#include "flows/engine/collect_step.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "flows/engine/errors.h"
#include "flows/engine/testing/small_flow.h"

namespace caudal::flows::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Date day(std::string_view text) { return unwrap(parse_date(text)); }

struct Row {
  std::string id;
  std::string status;
  std::string amount;
};

// A source of a few rows; what it hands out can be made to differ from what it counts.
class SomeDays final : public DaySource {
 public:
  std::map<Date, std::vector<Row>> all;
  std::map<Date, std::vector<Row>> handed_out;  // instead, where there are any
  int changes_while_read = 0;
  bool changes_before_it_is_held = false;
  bool has_notes = false;  // a column that was not there at first

  std::string_view description() const override { return "A few days"; }
  std::vector<std::string> group_by() const override { return {"situacao"}; }
  std::string amount() const override { return "valor"; }
  Result<std::vector<Date>> days(Date from, Date to) override {
    std::vector<Date> days;
    for (const auto& [date, rows] : all) {
      if (date >= from && date <= to && !rows.empty()) days.push_back(date);
    }
    return days;
  }
  Result<DayTally> tally(Date date) override {
    DayTally tally;
    for (const Row& row : all[date]) {
      TRY(tally.groups[{row.status}].add({.rows = 1, .amounts = {unwrap(Decimal::parse(row.amount))}}));
      tally.digest += row.id + row.status + row.amount + ";";
    }
    return tally;
  }
  std::string key() const override { return "id"; }
  Result<std::shared_ptr<sql::TableSource>> rows(Date date) override {
    auto source = source_of(handed_out.contains(date) ? handed_out[date] : all[date]);
    if (changes_while_read > 0) all[date].push_back({fmt::format("late-{}", changes_while_read--), "ARCHIVED", "0.01"});
    return source;
  }
  Result<std::shared_ptr<sql::TableSource>> kept(Date date) override {
    if (changes_before_it_is_held) all[date].push_back({"after all", "ARCHIVED", "0.02"});
    changes_before_it_is_held = false;
    return source_of(all[date]);
  }

 private:
  std::shared_ptr<sql::TableSource> source_of(const std::vector<Row>& rows) const {
    const sql::Type text = sql::Type::of(sql::TypeId::kVarchar);
    std::vector<sql::Column> columns = {{"id", text}, {"situacao", text}, {"valor", sql::Type::decimal(18, 2)}};
    std::vector<std::vector<sql::Value>> values;
    for (const Row& row : rows) values.push_back({row.id, row.status, unwrap(Decimal::parse(row.amount))});
    if (has_notes) {
      columns.push_back({"nota", text});
      for (auto& row : values) row.emplace_back();
    }
    return sql::make_rows_source(columns, values);
  }
};

class CollectStepTest : public testing::Test {
 protected:
  CollectStepTest() {
    runner_.collect_from({{"some", &source_}});
    const TableName table{.database = "curated", .table = "dias"};
    flow_.name = "dias";
    flow_.bucket = "lake";
    flow_.databases = {"curated"};
    StepDefinition publishes{.name = "dias"};
    publishes.action = CollectStep{.source = "some", .output = {.table = table, .partition = "dia"}, .days_before = 2};
    StepDefinition reconciles{.name = "contas", .after = {"dias"}};
    reconciles.action = ReconcileStep{.inputs = {}, .collected = {"dias"}};
    flow_.steps = {publishes, reconciles};
    source_.all[day("2027-01-20")] = {{"1", "ARCHIVED", "10.10"}, {"2", "ARCHIVED", "0.01"}, {"3", "FAILED", "5.00"}};
    source_.all[day("2027-01-21")] = {{"4", "ARCHIVED", "7.77"}};
  }
  Summary run(const char* month = "2027-01", bool forced = false) {
    const Month of = unwrap(parse_month(month));
    RunRequest request{.flow = &flow_, .kind = runs::RunKind::kMonth};
    request.parameters.from = request.parameters.to = of;
    request.parameters.forced = forced;
    return unwrap(runner_.start(request, {}));
  }
  // Nothing, also where there is no table yet.
  std::vector<std::string> lake() {
    if (lake_.tables().empty()) return {};
    return lake_.rows("SELECT dia, id, valor FROM curated.dias ORDER BY ALL");
  }
  std::vector<std::string> messages(const Summary& summary) {
    std::vector<std::string> texts;
    for (const auto& step : unwrap(lake_.runs().steps(summary.run.id))) texts.push_back(step.message);
    return texts;
  }

  TemporaryDirectory dir_;
  Lake lake_{dir_.path()};
  Observer quiet_;
  Runner runner_{lake_.platform(), quiet_, nullptr, 1};
  SomeDays source_;
  FlowDefinition flow_;
};

TEST_F(CollectStepTest, PublishesEachDayOnceAndAgainWhenItChanges) {
  ASSERT_FALSE(run().error);
  EXPECT_THAT(lake(), ElementsAre("2027-01-20|1|10.10", "2027-01-20|2|0.01", "2027-01-20|3|5.00", "2027-01-21|4|7.77"));
  EXPECT_THAT(messages(run()), ElementsAre("2 days looked at, 0 published", "0 files and 2 days reconciled"));

  source_.all[day("2027-01-20")].push_back({"late", "ARCHIVED", "1.00"});
  EXPECT_THAT(messages(run()), ElementsAre("2 days looked at, 1 published", "0 files and 2 days reconciled"));
  EXPECT_THAT(lake(), ElementsAre("2027-01-20|1|10.10", "2027-01-20|2|0.01", "2027-01-20|3|5.00",
                                  "2027-01-20|late|1.00", "2027-01-21|4|7.77"));
  EXPECT_THAT(messages(run("2027-01", true)), ElementsAre(HasSubstr("2 published"), testing::_));
}

TEST_F(CollectStepTest, LooksAtDaysBeforeTheMonthToo) {
  source_.all = {{day("2027-01-29"), {{"1", "ARCHIVED", "1.00"}}}, {day("2027-01-30"), {{"2", "ARCHIVED", "2.00"}}}};
  ASSERT_FALSE(run("2027-02").error);
  EXPECT_THAT(lake(), ElementsAre("2027-01-30|2|2.00"));
}

TEST_F(CollectStepTest, SaysWhereTheLakeDiffersAndPublishesNothing) {
  source_.handed_out[day("2027-01-20")] = {
      {"1", "ARCHIVED", "10.10"}, {"2", "ARCHIVED", "0.02"}, {"3", "FAILED", "5.00"}};
  const Summary summary = run();
  ASSERT_TRUE(summary.error);
  EXPECT_TRUE(summary.error->is(ErrorClass::kRefused));
  EXPECT_THAT(summary.error->message,
              HasSubstr("curated.dias of 2027-01-20 ARCHIVED: some has 2 rows, 10.11; the lake has 2, 10.12"));
  EXPECT_THAT(summary.error->message, testing::Not(HasSubstr("FAILED")));
  EXPECT_THAT(lake(), IsEmpty());
  const auto records = unwrap(lake_.runs().reconciliation(summary.run.id));
  EXPECT_EQ(std::ranges::count_if(records, [](const auto& one) { return !one.record.balanced; }), 1);
}

TEST_F(CollectStepTest, TellsOfWhatTheSourceHasNoMore) {
  ASSERT_FALSE(run().error);
  source_.all.erase(day("2027-01-21"));
  const Summary summary = run();
  ASSERT_TRUE(summary.error);
  EXPECT_THAT(summary.error->message,
              HasSubstr("curated.dias of 2027-01-21 ARCHIVED: some has 0 rows, 0; the lake has 1, 7.77"));
}

TEST_F(CollectStepTest, HoldsEachRowAndSaysWhichDiffer) {
  // The same sums, but the rows are others.
  source_.handed_out[day("2027-01-20")] = {
      {"1", "ARCHIVED", "0.01"}, {"2", "ARCHIVED", "10.10"}, {"3", "FAILED", "5.00"}};
  const Summary summary = run();
  ASSERT_TRUE(summary.error);
  EXPECT_TRUE(summary.error->is(ErrorClass::kRefused));
  EXPECT_THAT(summary.error->message,
              HasSubstr("curated.dias of 2027-01-20: 2 rows are otherwise in the lake than in some itself: 1, 2"));
  EXPECT_THAT(summary.error->message, testing::Not(HasSubstr("2027-01-21")));
  EXPECT_THAT(lake(), IsEmpty());
}

TEST_F(CollectStepTest, TellsOfWhatWasLostAfterItWasPublished) {
  ASSERT_FALSE(run().error);
  source_.handed_out[day("2027-01-20")] = {{"1", "ARCHIVED", "10.10"}, {"3", "FAILED", "5.00"}};
  const Summary summary = run();
  ASSERT_TRUE(summary.error);
  EXPECT_THAT(summary.error->message,
              HasSubstr("1 rows are otherwise in the lake than in what some publishes from: 2"));
  EXPECT_THAT(summary.error->message, testing::Not(HasSubstr("in some itself")));
  EXPECT_EQ(lake().size(), 4U) << "what is in the lake stays";
}

TEST_F(CollectStepTest, NamesSomeOfManyRowsThatDiffer) {
  ASSERT_FALSE(run().error);
  std::vector<Row> others;
  for (int n = 0; n < 20; ++n) others.push_back({fmt::format("x{:02}", n), "ARCHIVED", "1.00"});
  source_.handed_out[day("2027-01-21")] = others;
  const Summary summary = run();
  ASSERT_TRUE(summary.error);
  EXPECT_THAT(summary.error->message, HasSubstr("21 rows are otherwise"));
  EXPECT_THAT(summary.error->message, HasSubstr("4, x00, x01, x02, x03, …"));
}

TEST_F(CollectStepTest, WhatChangesAfterItWasCollectedIsHeldNextTime) {
  source_.changes_before_it_is_held = true;
  ASSERT_FALSE(run().error);
  EXPECT_EQ(lake().size(), 4U);
  ASSERT_FALSE(run().error);
  EXPECT_EQ(lake().size(), 5U);
}

TEST_F(CollectStepTest, ReadsADayAgainThatChangesMeanwhile) {
  source_.changes_while_read = 1;
  ASSERT_FALSE(run().error);
  EXPECT_EQ(lake().size(), 5U);
  source_.changes_while_read = 100;
  const Summary summary = run("2027-01", true);
  ASSERT_TRUE(summary.error);
  EXPECT_EQ(summary.error->code, Errc::changing);
}

TEST_F(CollectStepTest, ASourceMayGainAColumn) {
  ASSERT_FALSE(run().error);
  source_.has_notes = true;
  const Summary summary = run();
  EXPECT_FALSE(summary.error) << "no day has changed, so the table has no such column yet: " << summary.error->message;
  source_.all[day("2027-01-21")].push_back({"5", "ARCHIVED", "1.00"});
  ASSERT_FALSE(run().error);
  EXPECT_THAT(lake_.rows("SELECT id, nota FROM curated.dias WHERE dia = DATE '2027-01-21' ORDER BY ALL"),
              ElementsAre("4|", "5|"));
}

TEST_F(CollectStepTest, TellsOfSumsThatAreTooLarge) {
  const std::string most(38, '9');
  source_.all[day("2027-01-20")] = {{"1", "ARCHIVED", most}, {"2", "ARCHIVED", "1"}};
  const Summary summary = run();
  ASSERT_TRUE(summary.error);
  EXPECT_EQ(summary.error->code, Errc::sum_too_large);
  EXPECT_THAT(summary.error->message, HasSubstr("the sum of 2 rows has more than 38 digits"));
}

TEST_F(CollectStepTest, KnowsItsSources) {
  runner_.collect_from({});
  const Summary summary = run();
  ASSERT_TRUE(summary.error);
  EXPECT_THAT(summary.error->message, HasSubstr("there is no source 'some'; known are: none"));
}

TEST(CollectAccount, SurvivesBeingStored) {
  CollectAccount account;
  account[day("2027-01-20")] = {.groups = {{{"ARCHIVED", "BRL"}, {2, {unwrap(Decimal::parse("10.11"))}}}},
                                .digest = "d"};
  account[day("2027-01-21")] = {};
  EXPECT_EQ(unwrap(decode_collected(encode(account))), account);
  EXPECT_FALSE(decode_collected("no account"));
}

}  // namespace
}  // namespace caudal::flows::engine
