// SPDX-License-Identifier: Apache-2.0
// A record of runs in a temporary folder, under a clock that the test moves.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/date.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "flows/runs/run_store.h"
#include "kv/store.h"

namespace caudal::runs {

class RunFixture : public testing::Test {
 protected:
  RunFixture() { reopen(); }

  // Also stands for the end of one process and the start of the next.
  void reopen(RunStoreOptions options = {.seed = 1}) {
    store.reset();
    kv.reset();
    kv = unwrap(kv::Store::open(directory.path() / "kv", {}));
    store = unwrap(RunStore::open(*kv, clock, options));
  }
  static RunRecord month_run(std::string flow = "invoices", std::string_view month = "2024-01") {
    RunRecord draft{.flow = std::move(flow), .flow_version = "v1"};
    draft.parameters.from = unwrap(parse_month(month));
    draft.parameters.to = draft.parameters.from;
    return draft;
  }

  TemporaryDirectory directory;
  ManualClock clock{unwrap(parse_date("2024-02-01")) + std::chrono::hours(6)};
  std::unique_ptr<kv::Store> kv;
  std::unique_ptr<RunStore> store;
};

}  // namespace caudal::runs
