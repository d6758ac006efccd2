// SPDX-License-Identifier: Apache-2.0
#include "flows/runs/run_store.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "flows/runs/testing/run_fixture.h"
#include "kv/testing/fault_env.h"

namespace caudal::runs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RunStoreTest : public RunFixture {
 protected:
  std::vector<std::string> ids(const RunFilter& filter) {
    std::vector<std::string> texts;
    for (const RunRecord& run : unwrap(store->list(filter))) texts.push_back(run.id.text());
    return texts;
  }
  RunId finished(const RunRecord& draft, RunState state = RunState::kSucceeded) {
    const RunId id = unwrap(store->begin(draft));
    clock.advance(10s);
    EXPECT_OK(store->finish(id, {.state = state}));
    return id;
  }
};

TEST_F(RunStoreTest, WritesTheEndOfARunOnceTheDiskHasRoomAgain) {
  FaultPlan plan;
  const auto env = kv::make_fault_env(plan);
  const auto small = unwrap(kv::Store::open(directory.path() / "small", {.env = env.get()}));
  const auto runs = unwrap(RunStore::open(*small, clock, {.seed = 1}));
  RunRecord draft = month_run();
  draft.work_key = "month:2024-01:abc";
  const RunId id = unwrap(runs->begin(draft));
  plan.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(runs->finish(id, {.state = RunState::kFailed, .error = "no room"}));
  const Timestamp ended = clock.now();
  EXPECT_FALSE(runs->live_run("invoices")) << "nobody can say yet";
  plan.disarm();
  clock.advance(1h);
  EXPECT_EQ(unwrap(runs->find_by_work_key("invoices", draft.work_key))->state, RunState::kFailed);
  EXPECT_EQ(unwrap(runs->live_run("invoices")), std::nullopt);
  const RunRecord run = unwrap(runs->get(id));
  EXPECT_EQ(run.ended, ended) << "when it ended, not when that was written";
  EXPECT_EQ(run.error, "no room");
  EXPECT_OK(runs->begin(draft));
}

TEST_F(RunStoreTest, KeepsWhatARunWasAskedAndHowItEndedAcrossAReopen) {
  RunRecord draft = month_run();
  draft.trigger = Trigger::kSensor;
  draft.work_key = "month:2024-01:abc";
  draft.parameters.only_steps = {"book"};
  const RunId id = unwrap(store->begin(draft));
  EXPECT_EQ(unwrap(store->get(id)).state, RunState::kRunning);
  clock.advance(90s);
  ASSERT_OK(store->add_warnings(id, 2));
  ASSERT_OK(store->add_warnings(id, 3));
  ASSERT_OK(store->finish(id, {.state = RunState::kRefused, .error = "off by a cent", .error_class = "refused"}));
  reopen();
  RunRecord expected = draft;
  expected.id = id;
  expected.state = RunState::kRefused;
  expected.started = clock.now() - 90s;
  expected.ended = clock.now();
  expected.error = "off by a cent";
  expected.error_class = "refused";
  expected.host_pid = getpid();
  expected.warnings = 5;
  EXPECT_EQ(unwrap(store->get(id)), expected);
}

TEST_F(RunStoreTest, RefusesASecondRunOfAFlowAndSaysWhichOneRuns) {
  const RunId id = unwrap(store->begin(month_run()));
  const auto second = store->begin(month_run("invoices", "2024-02"));
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().is(ErrorClass::kBusy));
  EXPECT_THAT(second.error().message, HasSubstr("flow invoices is being run already: run " + id.text() + " (month)"));
  EXPECT_THAT(second.error().message, HasSubstr("caudal flows logs " + id.text()));
  EXPECT_OK(store->begin(month_run("collections"))) << "another flow may run";
  ASSERT_OK(store->finish(id, {}));
  EXPECT_OK(store->begin(month_run()));
}

TEST_F(RunStoreTest, AWaitingRunBeginsWhenTheLiveOneEnds) {
  const RunId first = unwrap(store->begin(month_run()));
  Result<RunId> second = Error{Errc::unknown_run, "not begun"};
  std::jthread waiter([&](std::stop_token stop) { second = store->begin_or_wait(month_run(), stop); });
  ASSERT_OK(store->finish(first, {}));
  waiter.join();
  ASSERT_OK(second);
  EXPECT_GT(*second, first);
  EXPECT_EQ(unwrap(store->live_run("invoices"))->id, *second);
}

TEST_F(RunStoreTest, AWaitingRunGivesUpWhenStopped) {
  ASSERT_OK(store->begin(month_run()));
  Result<RunId> second = Error{Errc::unknown_run, "not begun"};
  {
    std::jthread waiter([&](std::stop_token stop) { second = store->begin_or_wait(month_run(), stop); });
  }
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().is(ErrorClass::kCancelled));
  EXPECT_THAT(second.error().message, HasSubstr("is being run already"));
}

TEST_F(RunStoreTest, OfManyThreadsOneBeginsAtATime) {
  std::vector<std::jthread> threads;
  std::atomic<int> live = 0;
  std::atomic<int> most = 0;
  std::atomic<int> begun = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        const RunId id = unwrap(store->begin_or_wait(month_run(), {}));
        most = std::max(most.load(), ++live);
        ++begun;
        --live;
        unwrap(store->finish(id, {}));
      }
    });
  }
  threads.clear();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(begun, 40);
  EXPECT_THAT(unwrap(store->list({.state = RunState::kSucceeded})), SizeIs(40));
}

TEST_F(RunStoreTest, ARunWhoseProcessDiedIsInterruptedAndItsRunningStepsFailed) {
  const RunId id = unwrap(store->begin(month_run()));
  ASSERT_OK(store->update_steps(id, {{.run = id, .name = "curate", .position = 1, .state = StepState::kSucceeded},
                                     {.run = id, .name = "book", .position = 2, .state = StepState::kRunning},
                                     {.run = id, .name = "drift", .position = 3}}));
  clock.advance(1h);
  reopen();
  const RunRecord run = unwrap(store->get(id));
  EXPECT_EQ(run.state, RunState::kInterrupted);
  EXPECT_EQ(run.ended, clock.now());
  EXPECT_THAT(run.error, HasSubstr("caudal flows resume invoices"));
  const auto steps = unwrap(store->steps(id));
  ASSERT_THAT(steps, SizeIs(3));
  EXPECT_EQ(steps[0].state, StepState::kSucceeded);
  EXPECT_EQ(steps[1].state, StepState::kFailed);
  EXPECT_THAT(steps[1].message, HasSubstr("interrupted"));
  EXPECT_EQ(steps[2].state, StepState::kPending);
  EXPECT_EQ(unwrap(store->live_run("invoices")), std::nullopt);

  clock.advance(1h);
  reopen();
  EXPECT_EQ(unwrap(store->get(id)), run) << "only marked once";
  EXPECT_OK(store->begin(month_run())) << "and it holds up nobody";
}

TEST_F(RunStoreTest, ResumeTakesUpWhereTheRunStopped) {
  const RunId id = unwrap(store->begin(month_run()));
  ASSERT_OK(store->update_step({.run = id, .name = "curate", .state = StepState::kSucceeded, .result = "parts"}));
  ASSERT_OK(store->finish(id, {.state = RunState::kFailed, .error = "disk full", .error_class = "no space"}));
  clock.advance(1h);
  const RunRecord run = unwrap(store->resume(id));
  EXPECT_EQ(run.state, RunState::kRunning);
  EXPECT_EQ(run.attempt, 2U);
  EXPECT_EQ(run.error, "");
  EXPECT_EQ(run.ended, std::nullopt);
  EXPECT_EQ(run, unwrap(store->get(id)));
  EXPECT_EQ(unwrap(store->step(id, "curate"))->result, "parts");
  EXPECT_EQ(unwrap(store->step(id, "book")), std::nullopt);

  const auto again = store->resume(id);
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().is(ErrorClass::kBusy));
  ASSERT_OK(store->finish(id, {}));
  const auto ended = store->resume(id);
  ASSERT_FALSE(ended);
  EXPECT_TRUE(ended.error().is(ErrorClass::kConflict));
  EXPECT_THAT(ended.error().message, HasSubstr("has succeeded; only a run that failed"));
}

TEST_F(RunStoreTest, ResumeWaitsForNobodyButRefusesBesideALiveRun) {
  const RunId failed = finished(month_run(), RunState::kFailed);
  ASSERT_OK(store->begin(month_run("invoices", "2024-02")));
  const auto result = store->resume(failed);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(ErrorClass::kBusy));
}

TEST_F(RunStoreTest, EndsOnlyWhatRuns) {
  const RunId id = finished(month_run());
  const auto again = store->finish(id, {});
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().is(ErrorClass::kConflict));
  const auto unknown = store->finish(unwrap(RunId::parse("20200101T000000-000000")), {});
  ASSERT_FALSE(unknown);
  EXPECT_TRUE(unknown.error().is(ErrorClass::kNotFound));
}

TEST_F(RunStoreTest, ASupersededRunIsNotResumed) {
  const RunId failed = finished(month_run(), RunState::kFailed);
  const RunId better = finished(month_run());
  ASSERT_OK(store->supersede(failed, better));
  EXPECT_EQ(unwrap(store->get(failed)).state, RunState::kSuperseded);
  EXPECT_FALSE(store->resume(failed));
  EXPECT_FALSE(store->supersede(better, failed)) << "it succeeded";
}

TEST_F(RunStoreTest, ListsNewestFirstByFlowStateAndMonth) {
  const RunId january = finished(month_run("invoices", "2024-01"));
  RunRecord backfill = month_run("invoices", "2023-01");
  backfill.kind = RunKind::kBackfill;
  backfill.parameters.to = unwrap(parse_month("2024-01"));
  const RunId all = finished(backfill, RunState::kFailed);
  const RunId other = finished(month_run("invoices2", "2024-01"));
  EXPECT_THAT(ids({}), ElementsAre(other.text(), all.text(), january.text()));
  EXPECT_THAT(ids({.flow = "invoices"}), ElementsAre(all.text(), january.text()));
  EXPECT_THAT(ids({.state = RunState::kFailed}), ElementsAre(all.text()));
  EXPECT_THAT(ids({.flow = "invoices", .month = unwrap(parse_month("2024-01"))}),
              ElementsAre(all.text(), january.text()));
  EXPECT_THAT(ids({.month = unwrap(parse_month("2023-06"))}), ElementsAre(all.text()));
  EXPECT_THAT(ids({.limit = 1}), ElementsAre(other.text()));
  EXPECT_THAT(ids({.flow = "invoice"}), IsEmpty());
}

TEST_F(RunStoreTest, FindsARunByAPartOfItsIdOrAsTheLastOne) {
  const RunId first = finished(month_run());
  const RunId second = finished(month_run());
  const RunId other = finished(month_run("other"));
  EXPECT_EQ(unwrap(store->find("invoices", first.text())).id, first);
  EXPECT_EQ(unwrap(store->find("invoices", first.text().substr(16))).id, first);
  EXPECT_EQ(unwrap(store->find("invoices", "last")).id, second);
  EXPECT_EQ(unwrap(store->find("", "last")).id, other);
  const auto ambiguous = store->find("invoices", "2024");
  ASSERT_FALSE(ambiguous);
  EXPECT_TRUE(ambiguous.error().is(ErrorClass::kUsage));
  EXPECT_THAT(ambiguous.error().message, HasSubstr("may mean run " + second.text() + " or " + first.text()));
  for (const char* text : {"1999", "", "nonsense"}) {
    const auto missing = store->find("invoices", text);
    ASSERT_FALSE(missing) << text;
    EXPECT_TRUE(missing.error().is(ErrorClass::kNotFound)) << missing.error().message;
  }
  EXPECT_THAT(store->find("never", "last").error().message, HasSubstr("flow never was never run"));
}

TEST_F(RunStoreTest, FindsTheNewestRunOfOneWork) {
  RunRecord draft = month_run();
  draft.work_key = "month:2024-01:abc";
  EXPECT_EQ(unwrap(store->find_by_work_key("invoices", draft.work_key)), std::nullopt);
  finished(draft, RunState::kFailed);
  const RunId second = finished(draft);
  finished(month_run());
  EXPECT_EQ(unwrap(store->find_by_work_key("invoices", draft.work_key))->id, second);
  EXPECT_EQ(unwrap(store->find_by_work_key("other", draft.work_key)), std::nullopt);
  EXPECT_EQ(unwrap(store->find_by_work_key("invoices", "month:2024-01")), std::nullopt);
}

TEST_F(RunStoreTest, AStepRunAgainReplacesAllThatItHadRecorded) {
  const RunId id = unwrap(store->begin(month_run()));
  const ReconciliationRecord balanced{.table = "curated.tb_faturas", .file = "a.csv", .balanced = true};
  ASSERT_OK(store->record({.step = {.run = id, .name = "curate", .state = StepState::kFailed},
                           .quality = {{.rule = "RowCount > 0"}, {.rule = "IsComplete \"id\""}},
                           .lineage = {{.input = "s3://lake/raw/a.csv", .rows = 5}},
                           .reconciliation = {balanced},
                           .drift = {{.variable = "v"}}}));
  ASSERT_OK(store->record({.step = {.run = id, .name = "curate2"}, .quality = {{.rule = "other step"}}}));
  ASSERT_OK(store->record({.step = {.run = id, .name = "curate", .state = StepState::kSucceeded},
                           .quality = {{.rule = "RowCount > 1"}},
                           .lineage = {{.input = "s3://lake/raw/a.csv", .rows = 6}}}));
  reopen();
  const auto quality = unwrap(store->quality(id));
  ASSERT_THAT(quality, SizeIs(2));
  EXPECT_EQ(quality[0].step, "curate");
  EXPECT_EQ(quality[0].record.rule, "RowCount > 1");
  EXPECT_EQ(quality[1].step, "curate2");
  EXPECT_EQ(unwrap(store->lineage(id)).at(0).record.rows, 6U);
  EXPECT_THAT(unwrap(store->reconciliation(id)), IsEmpty());
  EXPECT_THAT(unwrap(store->drift(id)), IsEmpty());
  EXPECT_EQ(unwrap(store->step(id, "curate"))->state, StepState::kSucceeded);
}

TEST_F(RunStoreTest, StepsComeInTheOrderOfTheirPositions) {
  const RunId id = unwrap(store->begin(month_run()));
  ASSERT_OK(store->update_steps(id, {{.run = id, .name = "a", .position = 3},
                                     {.run = id, .name = "b[2024-02-01]", .position = 1},
                                     {.run = id, .name = "c", .position = 2}}));
  std::vector<std::string> names;
  for (const StepRecord& step : unwrap(store->steps(id))) names.push_back(step.name);
  EXPECT_THAT(names, ElementsAre("b[2024-02-01]", "c", "a"));
}

TEST_F(RunStoreTest, AmountsShowWithTheLargestScaleEverRecorded) {
  EXPECT_EQ(unwrap(store->amount_scale()), 2);
  const RunId id = unwrap(store->begin(month_run()));
  ASSERT_OK(store->record({.step = {.run = id, .name = "a"}, .reconciliation = {{.amount_curated = Decimal(5, 4)}}}));
  ASSERT_OK(store->record({.step = {.run = id, .name = "b"}, .reconciliation = {{.amount_read = Decimal(5, 0)}}}));
  reopen();
  EXPECT_EQ(unwrap(store->amount_scale()), 4);
}

TEST_F(RunStoreTest, OldRunsKeepTheirRecordButNotTheirDetails) {
  reopen({.keep_runs_per_flow = 2, .seed = 1});
  std::vector<RunId> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(unwrap(store->begin(month_run())));
    store->log(all.back(), LogLevel::kInfo, "", "hello");
    ASSERT_OK(store->record({.step = {.run = all.back(), .name = "curate"}, .quality = {{.rule = "RowCount > 0"}}}));
    ASSERT_OK(store->finish(all.back(), {}));
    finished(month_run("other"));
  }
  for (size_t i = 0; i < all.size(); ++i) {
    const bool kept = i >= 2;
    EXPECT_EQ(unwrap(store->get(all[i])).details_pruned, !kept) << i;
    EXPECT_EQ(unwrap(store->steps(all[i])).size(), kept ? 1U : 0U) << i;
    EXPECT_EQ(unwrap(store->quality(all[i])).size(), kept ? 1U : 0U) << i;
    EXPECT_EQ(unwrap(store->logs(all[i])).size(), kept ? 1U : 0U) << i;
  }
  EXPECT_THAT(unwrap(store->list({.flow = "invoices"})), SizeIs(4));
}

TEST_F(RunStoreTest, AnOldRunThatIsResumedKeepsItsDetailsWhileItRuns) {
  reopen({.keep_runs_per_flow = 1, .seed = 1});
  const RunId old = finished(month_run(), RunState::kFailed);
  finished(month_run());
  ASSERT_OK(store->resume(old));
  ASSERT_OK(store->update_step({.run = old, .name = "curate"}));
  ASSERT_OK(store->finish(old, {}));
  EXPECT_THAT(unwrap(store->steps(old)), SizeIs(1));
}

TEST(RunEndOf, TellsRefusedAndCancelledFromFailed) {
  EXPECT_EQ(run_end_of({make_error_code(caudal::Errc::cancelled), "stopped"}).state, RunState::kCancelled);
  EXPECT_EQ(run_end_of({make_error_code(caudal::Errc::no_space), "full"}).state, RunState::kFailed);
  EXPECT_EQ(run_end_of({make_error_code(caudal::Errc::no_space), "full"}).error_class, "no space");
  const Error failed{make_error_code(caudal::Errc::io), "broken pipe", {"reading a.csv"}};
  EXPECT_EQ(run_end_of(failed).error, "broken pipe\n  while reading a.csv");
  EXPECT_EQ(run_end_of(failed).error_class, "failed");
}

}  // namespace
}  // namespace caudal::runs
