// SPDX-License-Identifier: Apache-2.0
// Ten years under the Watcher: files in time, late and again, restarts and dead processes at random. Whatever happens,
// each delivery is run to its end exactly once and each late file is said exactly once.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "flows/schedule/testing/watch_fixture.h"

namespace caudal::schedule {
namespace {

using namespace std::chrono_literals;

class WatchYears : public WatchFixture {
 protected:
  struct Delivery {
    Timestamp at;
    std::string key;
  };

  // Each file within 20 days of its month, some of them once more later.
  void plan(Month first, int months) {
    for (int i = 0; i < months; ++i) {
      const Month of = first + std::chrono::months(i);
      for (const char* table : {"tb_faturas", "tb_pagamentos"}) {
        const std::string key = std::string("raw/ingestion/") + table + "_" + to_compact_string(of) + ".csv";
        Timestamp at = first_day(of + std::chrono::months(1)) +
                       std::chrono::minutes(random.below(random.chance(0.7) ? 2880 : 28800));
        planned.push_back({at, key});
        if (random.chance(0.2)) planned.push_back({at + std::chrono::hours(random.between(1, 2000)), key});
      }
    }
    std::sort(planned.begin(), planned.end(), [](const auto& left, const auto& right) { return left.at < right.at; });
  }

  // Ends well, or takes its process down before or after the run is on record.
  void make_runs_die_at_random() {
    starter.outcome = [this](const StartRequest& request, runs::RunStore& store) -> Result<void> {
      died = random.chance(0.3);
      if (died && random.chance(0.5)) return {};
      if (died) {
        TRY(FakeStarter::begin(request, store));
        return {};
      }
      ended_well.insert(request.work_key);
      return FakeStarter::run_to(runs::RunState::kSucceeded, request, store);
    };
  }

  void look() {
    starter.hold = true;
    watcher->tick();
    if (died || random.chance(0.05)) {
      died = false;
      starter.held.clear();  // that process tells nobody anything any more
      reopen({flow});
    } else {
      starter.release();
    }
  }

  // From now on until `until`, with looks at random, at every delivery and whenever the Watcher wants one.
  void live_until(Timestamp until) {
    size_t next = 0;
    while (clock.now() < until) {
      Timestamp to = clock.now() + std::chrono::minutes(random.between(1, 2880));
      if (next < planned.size() && planned[next].at <= to) {
        to = std::max(planned[next].at, clock.now());
        files.put(planned[next].key, to);
        ++next;
      }
      clock.set(to);
      expect_late_files();
      for (int looks = 0; looks < 3; ++looks) look();
    }
  }

  // What a look right now must have said, by the plainest reading of the rule.
  void expect_late_files() {
    for (const flows::InputDefinition& each : flow.inputs) {
      const TimeZone zone = unwrap(TimeZone::find(flow.time_zone));
      for (Month of = watched_from; each.deadline->instant(of, zone) <= clock.now(); of += std::chrono::months(1)) {
        const std::string name = each.name + " of " + to_string(of);
        const bool there = files.files.contains(each.pattern.expected_key(of));
        if (!there && !decided.contains(name)) late.insert(name);
        if (there && late.contains(name)) recovered.insert(name);
        decided.insert(name);
      }
    }
  }

  const uint64_t seed = secure_random_u64();
  Random random{seed};
  flows::FlowDefinition flow = invoices();
  std::vector<Delivery> planned;
  std::set<std::string> ended_well;
  bool died = false;
  Month watched_from = month("2024-01");
  std::set<std::string> decided;
  std::set<std::string> late;
  std::set<std::string> recovered;
};

TEST_F(WatchYears, EachDeliveryIsRunOnceAndEachLateFileSaidOnce) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  options.poll_interval = 6h;
  options.max_interrupted_attempts = 1000;
  constexpr int kMonths = 120;
  clock.set(utc("2024-01-10"));
  plan(watched_from, kMonths);
  make_runs_die_at_random();
  reopen({flow});
  live_until(first_day(watched_from + std::chrono::months(kMonths + 4)));

  std::map<std::string, int> succeeded;
  std::set<std::string> months;
  for (const runs::RunRecord& run : unwrap(runs->list({}))) {
    EXPECT_EQ(run.state, runs::RunState::kSucceeded) << run.id.text();
    ++succeeded[run.work_key];
    months.insert(to_string(*run.parameters.from));
  }
  for (const auto& [work_key, times] : succeeded) EXPECT_EQ(times, 1) << work_key;
  EXPECT_EQ(succeeded.size(), ended_well.size());
  EXPECT_EQ(months.size(), static_cast<size_t>(kMonths));
  for (const auto& [of, arrived] : unwrap(find_arrivals(flow, files))) {
    EXPECT_EQ(succeeded.count(runs::month_work_key(of, delivered_files(flow, arrived))), 1U) << to_string(of);
  }

  std::multiset<std::string> said_late;
  std::multiset<std::string> said_recovered;
  for (const notices::Notice& notice : notices) {
    auto& said = notice.event == notices::Event::kLate ? said_late : said_recovered;
    said.insert(notice.facts.at(0).second + " of " + notice.facts.at(1).second);
  }
  const auto in_order = [](const auto& names) { return std::vector<std::string>(names.begin(), names.end()); };
  EXPECT_EQ(in_order(said_late), in_order(late));
  EXPECT_EQ(in_order(said_recovered), in_order(recovered));
  EXPECT_GT(late.size(), 20U) << "the plan has late files";
}

}  // namespace
}  // namespace caudal::schedule
