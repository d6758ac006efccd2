// SPDX-License-Identifier: Apache-2.0
#include "flows/schedule/watcher.h"

#include <gmock/gmock.h>

#include <thread>

#include "flows/schedule/testing/watch_fixture.h"

namespace caudal::schedule {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class WatcherTest : public WatchFixture {
 protected:
  std::vector<std::string> started_months() const {
    std::vector<std::string> months;
    for (const StartRequest& request : starter.requests) months.push_back(to_string(request.month));
    return months;
  }
  std::vector<std::string> titles() const {
    std::vector<std::string> all;
    for (const notices::Notice& notice : notices) all.push_back(notice.title);
    return all;
  }
};

TEST_F(WatcherTest, StartsAMonthWhenAllItsFilesAreThereAndSettled) {
  reopen({invoices()});
  files.put("raw/ingestion/tb_faturas_202401.csv", utc("2024-02-01", 6h));
  tick_at(utc("2024-02-01", 7h));
  EXPECT_THAT(starter.requests, IsEmpty()) << "payments are missing";

  files.put("raw/ingestion/tb_pagamentos_202401.csv.gz", utc("2024-02-01", 8h));
  clock.set(utc("2024-02-01", 8h) + 20s);
  EXPECT_EQ(watcher->tick(), utc("2024-02-01", 8h) + 50s) << "the next look at what came";
  clock.set(utc("2024-02-01", 8h) + 45s);
  EXPECT_EQ(watcher->tick(), utc("2024-02-01", 8h) + 60s) << "the moment at which it has settled";
  EXPECT_THAT(starter.requests, IsEmpty());

  tick_at(utc("2024-02-01", 8h + 1min));
  ASSERT_THAT(started_months(), ElementsAre("2024-01"));
  const StartRequest& request = starter.requests[0];
  EXPECT_EQ(request.trigger, runs::Trigger::kSensor);
  EXPECT_EQ(request.resume, std::nullopt);
  ASSERT_THAT(request.files, SizeIs(2));
  EXPECT_EQ(request.files[0].uri, "s3://lake/raw/ingestion/tb_faturas_202401.csv");
  EXPECT_EQ(request.files[1].input, "tb_pagamentos");
  EXPECT_EQ(request.work_key, runs::month_work_key(month("2024-01"), request.files));
}

TEST_F(WatcherTest, StartsEachDeliveryOnceAcrossTicksAndRestarts) {
  reopen({invoices()});
  deliver("202401", utc("2024-02-01"));
  for (int i = 1; i <= 3; ++i) tick_at(utc("2024-02-01", i * 1h));
  reopen({invoices()});
  tick_at(utc("2024-02-01", 5h));
  EXPECT_THAT(started_months(), ElementsAre("2024-01"));

  files.put("raw/ingestion/tb_faturas_202401.csv", utc("2024-02-20"));
  tick_at(utc("2024-02-20", 1h));
  tick_at(utc("2024-02-20", 2h));
  EXPECT_THAT(started_months(), ElementsAre("2024-01", "2024-01")) << "delivered again, run again";
}

TEST_F(WatcherTest, LeavesAloneWhatAPersonRanByHand) {
  deliver("202401", utc("2024-01-09"));
  reopen({invoices()});
  const auto arrivals = unwrap(find_arrivals(invoices(), files));
  const std::string key =
      runs::month_work_key(month("2024-01"), delivered_files(invoices(), arrivals.at(month("2024-01"))));
  const runs::RunId id = unwrap(runs->begin({.flow = "invoices", .work_key = key}));
  tick_at(utc("2024-01-11"));
  EXPECT_THAT(starter.requests, IsEmpty()) << "under way";
  ASSERT_OK(runs->finish(id, {}));
  tick_at(utc("2024-01-12"));
  EXPECT_THAT(starter.requests, IsEmpty()) << "done";
}

TEST_F(WatcherTest, WaitsForAPersonsRunOfTheFlowToEnd) {
  reopen({invoices()});
  const runs::RunId other = unwrap(runs->begin({.flow = "invoices"}));
  deliver("202401", utc("2024-02-01"));
  tick_at(utc("2024-02-01", 1h));
  EXPECT_THAT(starter.requests, IsEmpty());
  ASSERT_OK(runs->finish(other, {}));
  tick_at(utc("2024-02-01", 2h));
  EXPECT_THAT(started_months(), ElementsAre("2024-01"));
}

TEST_F(WatcherTest, RunsMonthsOneAfterTheOtherOldestFirst) {
  reopen({invoices()});
  starter.hold = true;
  deliver("202402", utc("2024-02-01"));
  deliver("202401", utc("2024-02-01"));
  tick_at(utc("2024-02-01", 1h));
  tick_at(utc("2024-02-01", 2h));
  EXPECT_THAT(started_months(), ElementsAre("2024-01")) << "while it is under way nothing else of the flow starts";
  starter.release();
  tick_at(utc("2024-02-01", 3h));
  EXPECT_THAT(started_months(), ElementsAre("2024-01", "2024-02"));
  starter.release();
}

TEST_F(WatcherTest, AFailedOrRefusedRunIsLeftToPeople) {
  for (const runs::RunState state : {runs::RunState::kFailed, runs::RunState::kRefused, runs::RunState::kCancelled}) {
    starter.requests.clear();
    starter.outcome = [state](const StartRequest& request, runs::RunStore& store) {
      return FakeStarter::run_to(state, request, store);
    };
    reopen({invoices()});
    deliver("202401", clock.now() - 1h);
    tick_at(clock.now() + 1h);
    tick_at(clock.now() + 1h);
    EXPECT_THAT(starter.requests, SizeIs(1)) << to_string(state);
  }
}

TEST_F(WatcherTest, TakesUpTheRunThatADeadProcessLeftBehind) {
  reopen({invoices()});
  std::optional<runs::RunId> begun;
  starter.outcome = [&](const StartRequest& request, runs::RunStore& store) -> Result<void> {
    begun = TRY(FakeStarter::begin(request, store));
    return {};
  };
  starter.hold = true;
  deliver("202401", utc("2024-02-01"));
  tick_at(utc("2024-02-01", 1h));
  ASSERT_TRUE(begun);

  starter = FakeStarter();
  reopen({invoices()});
  tick_at(utc("2024-02-01", 2h));
  tick_at(utc("2024-02-01", 3h));
  ASSERT_THAT(starter.requests, SizeIs(1));
  EXPECT_EQ(starter.requests[0].resume, begun);
  const runs::RunRecord run = unwrap(runs->get(*begun));
  EXPECT_EQ(run.state, runs::RunState::kSucceeded);
  EXPECT_EQ(run.attempt, 2U);
  EXPECT_THAT(unwrap(runs->list({})), SizeIs(1));
}

TEST_F(WatcherTest, ARunCancelledByTheEndOfTheWatchIsTakenUpByTheNextOne) {
  reopen({invoices()});
  starter.outcome = [](const StartRequest& request, runs::RunStore& store) {
    return FakeStarter::run_to(runs::RunState::kCancelled, request, store);
  };
  deliver("202401", utc("2024-02-01"));
  tick_at(utc("2024-02-01", 1h));
  starter = FakeStarter();
  clock.advance(1h);
  reopen({invoices()});
  tick_at(utc("2024-02-01", 3h));
  ASSERT_THAT(starter.requests, SizeIs(1));
  EXPECT_TRUE(starter.requests[0].resume);
}

TEST_F(WatcherTest, ARunThatCannotBeTakenUpIsBegunAnew) {
  reopen({invoices()});
  const auto well = starter.outcome;
  starter.outcome = [](const StartRequest& request, runs::RunStore& store) -> Result<void> {
    TRY(FakeStarter::begin(request, store));
    return {};
  };
  starter.hold = true;
  deliver("202401", utc("2024-02-01"));
  tick_at(utc("2024-02-01", 1h));

  starter = FakeStarter();
  starter.outcome = [&](const StartRequest& request, runs::RunStore& store) -> Result<void> {
    if (request.resume) return Error{make_error_code(runs::Errc::not_resumable), "another run has published since"};
    return well(request, store);
  };
  reopen({invoices()});
  for (int i = 2; i < 6; ++i) tick_at(utc("2024-02-01", i * 1h));
  ASSERT_THAT(starter.requests, SizeIs(2));
  EXPECT_TRUE(starter.requests[0].resume);
  EXPECT_FALSE(starter.requests[1].resume);
  EXPECT_THAT(unwrap(runs->list({.state = runs::RunState::kSucceeded})), SizeIs(1));
}

TEST_F(WatcherTest, ARunThatKillsItsProcessEveryTimeIsGivenUp) {
  options.max_interrupted_attempts = 3;
  deliver("202401", utc("2024-01-09"));
  starter.outcome = [](const StartRequest& request, runs::RunStore& store) -> Result<void> {
    TRY(FakeStarter::begin(request, store));
    return {};
  };
  starter.hold = true;
  for (int i = 0; i < 6; ++i) {
    reopen({invoices()});
    tick_at(clock.now() + 1h);
    starter.held.clear();
  }
  EXPECT_THAT(starter.requests, SizeIs(3));
  EXPECT_THAT(log, Contains(HasSubstr("was interrupted 3 times and is not taken up again")));
  ASSERT_THAT(titles(), ElementsAre("invoices: 2024-01 is given up")) << "told once, whatever starts again";
  EXPECT_EQ(notices[0].event, notices::Event::kFailed);
  EXPECT_THAT(notices[0].error, HasSubstr("was interrupted 3 times"));
  EXPECT_THAT(notices[0].command, HasSubstr("caudal flows logs invoices " + notices[0].run));
}

TEST_F(WatcherTest, ARunThatCannotBeBegunIsTriedAgainWithBackOffAndThenGivenUp) {
  reopen({invoices()});
  starter.outcome = [](const StartRequest&, runs::RunStore&) -> Result<void> {
    return Error{caudal::Errc::io, "cannot read flows/invoices"};
  };
  const Timestamp begin = utc("2024-02-01", 1h);
  deliver("202401", utc("2024-02-01"));
  tick_at(begin);
  EXPECT_THAT(starter.requests, SizeIs(1));
  clock.set(begin + 10s);
  watcher->tick();  // takes note of the failure: one minute from now
  EXPECT_THAT(log, Contains(HasSubstr("cannot read flows/invoices")));
  clock.set(begin + 50s);
  EXPECT_EQ(watcher->tick(), begin + 70s) << "awake for the next attempt";
  EXPECT_THAT(starter.requests, SizeIs(1));
  tick_at(begin + 70s);
  EXPECT_THAT(starter.requests, SizeIs(2));
  tick_at(begin + 80s);
  tick_at(begin + 200s);
  EXPECT_THAT(starter.requests, SizeIs(3));
  for (int i = 1; i < 50; ++i) tick_at(begin + i * 1h);
  EXPECT_THAT(starter.requests, SizeIs(3)) << "given up";
  EXPECT_THAT(log, Contains(HasSubstr("given up until something new is delivered")));
  const auto told = [&] {
    std::vector<std::string> errors;
    for (const notices::Notice& notice : notices) {
      if (notice.event == notices::Event::kFailed) errors.push_back(notice.error);
    }
    return errors;
  };
  EXPECT_THAT(told(), ElementsAre(HasSubstr("cannot read flows/invoices")));
  reopen({invoices()});
  for (int i = 0; i < 50; ++i) tick_at(clock.now() + 1h);
  EXPECT_THAT(starter.requests, SizeIs(6)) << "a new watch tries again";
  EXPECT_THAT(told(), SizeIs(1)) << "and does not tell again";

  deliver("202401", clock.now());
  tick_at(clock.now() + 1h);
  EXPECT_THAT(starter.requests, SizeIs(7)) << "a new delivery is a new work";
}

TEST_F(WatcherTest, BeingBusyIsNoFailedAttempt) {
  reopen({invoices()});
  starter.outcome = [](const StartRequest&, runs::RunStore&) -> Result<void> {
    return Error{make_error_code(runs::Errc::flow_is_running), "busy"};
  };
  deliver("202401", utc("2024-02-01"));
  for (int i = 1; i <= 20; ++i) tick_at(utc("2024-02-01", i * 1h));
  EXPECT_THAT(starter.requests, SizeIs(10)) << "each second look: one takes note, waits, and the next tries again";
  starter.outcome = FakeStarter().outcome;
  tick_at(utc("2024-02-02"));
  tick_at(utc("2024-02-03"));
  EXPECT_THAT(unwrap(runs->list({.state = runs::RunState::kSucceeded})), SizeIs(1));
}

TEST_F(WatcherTest, OneFlowsTroubleHoldsUpNoOther) {
  flows::FlowDefinition other = invoices();
  other.name = "other";
  other.inputs = {input("tb_outros", 3)};
  reopen({invoices(), other});
  starter.outcome = [](const StartRequest& request, runs::RunStore& store) -> Result<void> {
    if (request.flow->name == "invoices") return Error{caudal::Errc::io, "broken"};
    return FakeStarter::run_to(runs::RunState::kSucceeded, request, store);
  };
  deliver("202401", utc("2024-02-01"));
  files.put("raw/ingestion/tb_outros_202401.csv", utc("2024-02-01"));
  tick_at(utc("2024-02-01", 1h));
  ASSERT_THAT(starter.requests, SizeIs(2));
  EXPECT_THAT(unwrap(runs->list({.flow = "other", .state = runs::RunState::kSucceeded})), SizeIs(1));
}

TEST_F(WatcherTest, AListingThatFailsIsNoMissingFile) {
  reopen({invoices()});
  watcher->tick();
  files.broken = true;
  tick_at(utc("2024-02-10"));
  EXPECT_THAT(notices, IsEmpty());
  EXPECT_THAT(log, Contains(HasSubstr("the disk does not answer")));
  files.broken = false;
  deliver("202401", utc("2024-02-10"));
  files.put("raw/ingestion/tb_faturas_202312.csv", utc("2024-01-02"));
  tick_at(utc("2024-02-10", 1h));
  EXPECT_THAT(notices, IsEmpty()) << "it came before anybody could look";
}

TEST_F(WatcherTest, WithAScheduleAMonthWaitsForItsFirstSlotAndALateFileDoesNotWaitForTheNext) {
  reopen({scheduled("0 6 4 * *")});
  deliver("202401", utc("2024-02-01"));
  tick_at(utc("2024-02-04", 8h + 59min));
  EXPECT_THAT(starter.requests, IsEmpty());
  tick_at(utc("2024-02-04", 9h));
  ASSERT_THAT(started_months(), ElementsAre("2024-01")) << "06:00 in Sao Paulo";
  EXPECT_EQ(starter.requests[0].trigger, runs::Trigger::kSchedule);
  deliver("202402", utc("2024-03-20"));
  tick_at(utc("2024-03-20", 1h));
  EXPECT_THAT(started_months(), ElementsAre("2024-01", "2024-02"));
}

TEST_F(WatcherTest, WithoutInputsEachSlotStartsTheMonthBeforeAndMissedOnesAreMadeUpForOnce) {
  flows::FlowDefinition flow = scheduled("0 6 3,4 * *");
  flow.inputs.clear();
  reopen({flow});
  watcher->tick();
  EXPECT_THAT(starter.requests, IsEmpty()) << "slots before it was watched are nobody's";
  tick_at(utc("2024-02-03", 9h));
  EXPECT_THAT(started_months(), ElementsAre("2024-01"));
  EXPECT_EQ(starter.requests[0].work_key, "schedule:2024-02-03T09:00:00.000000Z");

  clock.set(utc("2024-05-03", 10h));
  reopen({flow});
  for (int i = 0; i < 10; ++i) watcher->tick();
  EXPECT_THAT(started_months(), ElementsAre("2024-01", "2024-01", "2024-02", "2024-03", "2024-04"))
      << "one for each month missed, and the second slot of February";
  reopen({flow});
  watcher->tick();
  EXPECT_THAT(starter.requests, SizeIs(5));
}

TEST_F(WatcherTest, SlotsOfADailyFlowAreForTheirOwnMonth) {
  flows::FlowDefinition flow = scheduled("0 6 * * *");
  flow.inputs.clear();
  flow.is_daily = true;
  reopen({flow});
  watcher->tick();
  tick_at(utc("2024-01-31", 10h));
  tick_at(utc("2024-02-01", 10h));
  tick_at(utc("2024-02-02", 10h));
  EXPECT_THAT(started_months(), ElementsAre("2024-01", "2024-02", "2024-02"));
}

TEST_F(WatcherTest, AMissingFileRaisesOneNoticeAtItsDeadlineAndOneMoreWhenItComes) {
  reopen({invoices()});
  watcher->tick();
  tick_at(utc("2024-02-03", 11h + 59min));
  EXPECT_THAT(notices, IsEmpty());
  clock.set(utc("2024-02-03", 12h));
  watcher->tick();
  ASSERT_THAT(titles(), ElementsAre("invoices: tb_faturas of 2024-01 is late")) << "09:00 in Sao Paulo";
  const notices::Notice late = notices[0];
  EXPECT_EQ(late.event, notices::Event::kLate);
  EXPECT_EQ(late.flow, "invoices");
  EXPECT_EQ(late.happened, utc("2024-02-03", 12h));
  EXPECT_THAT(late.facts, Contains(std::pair<std::string, std::string>(
                              "expected file", "s3://lake/raw/ingestion/tb_faturas_202401.csv")));
  EXPECT_THAT(late.facts,
              Contains(std::pair<std::string, std::string>("deadline", "2024-02-03 09:00 America/Sao_Paulo")));
  EXPECT_THAT(late.command, HasSubstr("caudal objects ls s3://lake/raw/ingestion/tb_faturas_"));

  tick_at(utc("2024-02-04"));
  reopen({invoices()});
  tick_at(utc("2024-02-05", 11h));
  EXPECT_THAT(notices, SizeIs(1)) << "said once, also across a restart";
  files.put("raw/ingestion/tb_pagamentos_202401.csv", utc("2024-02-05", 11h));
  tick_at(utc("2024-02-05", 13h));
  EXPECT_THAT(notices, SizeIs(1)) << "payments came in time";

  reopen({invoices()});
  files.put("raw/ingestion/tb_faturas_202401.csv", utc("2024-02-06"));
  tick_at(utc("2024-02-06"));
  tick_at(utc("2024-02-07"));
  reopen({invoices()});
  tick_at(utc("2024-02-08"));
  EXPECT_THAT(titles(),
              ElementsAre("invoices: tb_faturas of 2024-01 is late", "invoices: tb_faturas of 2024-01 has come"));
  EXPECT_EQ(notices[1].event, notices::Event::kRecovered);
}

TEST_F(WatcherTest, TheWakeUpIsTheDeadlineWhenThatComesFirst) {
  reopen({invoices()});
  clock.set(utc("2024-02-03", 11h + 59min) + 45s);
  EXPECT_EQ(watcher->tick(), utc("2024-02-03", 12h));
}

TEST_F(WatcherTest, DeadlinesBeforeTheWatchAreNobodysAndThoseDuringAPauseAreMadeUpFor) {
  clock.set(utc("2024-02-04"));
  reopen({invoices()});
  watcher->tick();
  tick_at(utc("2024-02-06"));
  EXPECT_THAT(titles(), ElementsAre("invoices: tb_pagamentos of 2024-01 is late"));
  clock.set(utc("2024-04-04"));
  reopen({invoices()});
  watcher->tick();
  EXPECT_THAT(titles(),
              ElementsAre("invoices: tb_pagamentos of 2024-01 is late", "invoices: tb_faturas of 2024-02 is late",
                          "invoices: tb_faturas of 2024-03 is late", "invoices: tb_pagamentos of 2024-02 is late"));
}

TEST_F(WatcherTest, AMonthThatABackfillBroughtIsNotLate) {
  reopen({invoices()});
  watcher->tick();
  runs::RunRecord backfill{.flow = "invoices", .kind = runs::RunKind::kBackfill};
  backfill.parameters.from = month("2023-01");
  backfill.parameters.to = month("2024-01");
  const runs::RunId id = unwrap(runs->begin(backfill));
  ASSERT_OK(runs->finish(id, {}));
  tick_at(utc("2024-02-10"));
  EXPECT_THAT(notices, IsEmpty());
}

TEST_F(WatcherTest, AMonthThatCameInAFileGivenByNameIsNotLate) {
  reopen({invoices()});
  watcher->tick();
  runs::RunRecord backfill{.flow = "invoices", .kind = runs::RunKind::kBackfill};
  backfill.parameters.files = {"all/tb_faturas.csv", "all/tb_pagamentos_202402.csv"};
  const runs::RunId id = unwrap(runs->begin(backfill));
  runs::StepOutcome outcome{.step = {.run = id, .name = "all", .state = runs::StepState::kSucceeded}};
  outcome.lineage = {{.input = "s3://lake/raw/tb_faturas/varios/r-tb_faturas.csv",
                      .output_table = "curated.tb_faturas",
                      .output_partition = "ano=2024/mes=01",
                      .rows = 3},
                     {.input = "all/tb_pagamentos_202402.csv",
                      .output_table = "raw.tb_pagamentos",
                      .output_partition = "s3://lake/raw/tb_pagamentos/ano=2024/mes=02/r-tb_pagamentos_202402.csv"},
                     {.input = "s3://lake/raw/tb_pagamentos/ano=2024/mes=02/r-tb_pagamentos_202402.csv",
                      .output_table = "curated.tb_pagamentos",
                      .output_partition = "ano=2024/mes=01",
                      .rows = 1}};
  ASSERT_OK(runs->record(outcome));
  ASSERT_OK(runs->finish(id, {}));
  tick_at(utc("2024-02-10"));
  EXPECT_THAT(titles(), ElementsAre("invoices: tb_pagamentos of 2024-01 is late")) << "one early row is no delivery";
  tick_at(utc("2024-03-10"));
  EXPECT_THAT(titles(),
              ElementsAre("invoices: tb_pagamentos of 2024-01 is late", "invoices: tb_faturas of 2024-02 is late"));
}

TEST_F(WatcherTest, NoticesGoWhereTheFlowSendsThatEvent) {
  flows::FlowDefinition flow = invoices();
  flow.notices.channels[flows::NoticeEvent::kLate] = {"email", "chat"};
  reopen({flow});
  watcher->tick();
  tick_at(utc("2024-02-04"));
  files.put("raw/ingestion/tb_faturas_202401.csv", utc("2024-02-04"));
  tick_at(utc("2024-02-04", 1h));
  ASSERT_THAT(notices, SizeIs(2));
  EXPECT_THAT(notices[0].channels, ElementsAre("email", "chat"));
  EXPECT_THAT(notices[1].channels, ElementsAre("log")) << "the flow names no channel for `recovered`";
}

TEST_F(WatcherTest, AScheduleThatDoesNotReadIsRefusedWithItsPlace) {
  runs = unwrap(runs::RunStore::open(*kv, clock, {.seed = 1}));
  const auto result = Watcher::open({.clock = clock, .kv = *kv, .runs = *runs, .files = files, .starter = starter},
                                    {scheduled("0 25 * * *")}, {});
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(ErrorClass::kUsage));
  EXPECT_THAT(result.error().message, HasSubstr("flows/invoices/flow.yaml:7:3: cron '0 25 * * *': the hour is '25'"));
}

TEST_F(WatcherTest, RunSleepsBetweenTicksAndEndsWhenStopped) {
  reopen({invoices()});
  deliver("202401", utc("2024-01-09"));
  std::jthread thread([&](std::stop_token stop) { watcher->run(stop); });
  thread.request_stop();
  thread.join();
  EXPECT_LE(starter.requests.size(), 1U);
}

}  // namespace
}  // namespace caudal::schedule
