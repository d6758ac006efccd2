// SPDX-License-Identifier: Apache-2.0
// A Watcher over files, runs and notices that a test makes up, under a clock that the test moves.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "flows/runs/run_store.h"
#include "flows/schedule/watcher.h"
#include "kv/store.h"

namespace caudal::schedule {

// Keys and when they were put.
class FakeFiles final : public FileLister {
 public:
  void put(const std::string& key, Timestamp at) {
    files[key] = {.key = key, .identity = "v" + std::to_string(++puts), .size_bytes = 1, .modified = at};
  }
  Result<std::vector<ListedFile>> list(const std::string& bucket, const std::string& prefix) override {
    EXPECT_EQ(bucket, "lake");
    if (broken) return Error{caudal::Errc::io, "the disk does not answer"};
    std::vector<ListedFile> found;
    for (const auto& [key, file] : files) {
      if (key.starts_with(prefix)) found.push_back(file);
    }
    return found;
  }

  std::map<std::string, ListedFile> files;
  int puts = 0;
  bool broken = false;
};

// Runs each request to its end at once, as `outcome` says; by default it succeeds.
class FakeStarter final : public RunStarter {
 public:
  using Outcome = std::function<Result<void>(const StartRequest&, runs::RunStore&)>;

  void start(StartRequest request, Done done) override {
    requests.push_back(request);
    const Result<void> result = outcome(request, *runs);
    if (hold) {
      held.push_back([done, result] { done(result); });
    } else {
      done(result);
    }
  }
  // Begins or resumes, and ends.
  static Result<void> run_to(runs::RunState state, const StartRequest& request, runs::RunStore& store) {
    const runs::RunId id = TRY(begin(request, store));
    return store.finish(id, {.state = state});
  }
  static Result<runs::RunId> begin(const StartRequest& request, runs::RunStore& store) {
    if (request.resume) return TRY(store.resume(*request.resume)).id;
    runs::RunRecord draft{.flow = request.flow->name, .trigger = request.trigger, .work_key = request.work_key};
    draft.parameters.from = request.month;
    draft.parameters.to = request.month;
    return store.begin(draft);
  }

  runs::RunStore* runs = nullptr;
  Outcome outcome = [](const StartRequest& request, runs::RunStore& store) {
    return run_to(runs::RunState::kSucceeded, request, store);
  };
  std::vector<StartRequest> requests;
  bool hold = false;  // whether runs stay under way until release()
  void release() {
    for (const auto& end : std::exchange(held, {})) end();
  }
  std::vector<std::function<void()>> held;
};

class WatchFixture : public testing::Test {
 protected:
  static Timestamp utc(std::string_view date, std::chrono::minutes time = std::chrono::minutes(0)) {
    return unwrap(parse_date(date)) + time;
  }
  static Month month(std::string_view text) { return unwrap(parse_month(text)); }
  static flows::InputDefinition input(const std::string& name, int deadline_day) {
    flows::InputDefinition definition{
        .name = name, .pattern = unwrap(flows::FilePattern::parse("raw/ingestion/" + name + "_{yyyyMM}.csv[.gz]"))};
    definition.deadline = flows::Deadline{.day = deadline_day, .time = std::chrono::hours(9)};
    definition.settle = std::chrono::minutes(1);
    return definition;
  }
  static flows::FlowDefinition invoices() {
    flows::FlowDefinition flow;
    flow.name = "invoices";
    flow.folder = "flows/invoices";
    flow.time_zone = "America/Sao_Paulo";
    flow.inputs = {input("tb_faturas", 3), input("tb_pagamentos", 5)};
    return flow;
  }
  static flows::FlowDefinition scheduled(const std::string& cron) {
    flows::FlowDefinition flow = invoices();
    flow.schedule = flows::ScheduleDefinition{.cron = cron, .place = {"flows/invoices/flow.yaml", 7, 3}};
    return flow;
  }

  // Also stands for the end of one process and the start of the next.
  void reopen(std::vector<flows::FlowDefinition> flows) {
    watcher.reset();
    runs = unwrap(runs::RunStore::open(*kv, clock, {.seed = ++openings}));
    starter.runs = runs.get();
    watcher = unwrap(Watcher::open({.clock = clock,
                                    .kv = *kv,
                                    .runs = *runs,
                                    .files = files,
                                    .starter = starter,
                                    .notify = [this](notices::Notice notice) { notices.push_back(std::move(notice)); },
                                    .log = [this](runs::LogLevel, std::string_view text) { log.emplace_back(text); },
                                    .inbox = inbox.get()},
                                   std::move(flows), options));
  }
  void tick_at(Timestamp at) {
    clock.set(at);
    watcher->tick();
  }
  void deliver(const std::string& month_text, Timestamp at) {
    files.put("raw/ingestion/tb_faturas_" + month_text + ".csv", at);
    files.put("raw/ingestion/tb_pagamentos_" + month_text + ".csv", at);
  }

  TemporaryDirectory directory;
  ManualClock clock{utc("2024-01-10")};
  std::unique_ptr<kv::Store> kv = unwrap(kv::Store::open(directory.path() / "kv", {}));
  FakeFiles files;
  FakeStarter starter;
  std::vector<notices::Notice> notices;
  std::vector<std::string> log;
  std::unique_ptr<Inbox> inbox;
  WatchOptions options = {
      .start_retries = {
          .attempts = 3, .first_delay = std::chrono::minutes(1), .factor = 2, .max_delay = std::chrono::minutes(10)}};
  uint64_t openings = 0;
  std::unique_ptr<runs::RunStore> runs;
  std::unique_ptr<Watcher> watcher;
};

}  // namespace caudal::schedule
