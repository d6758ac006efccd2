// SPDX-License-Identifier: Apache-2.0
// Tells when an input of a month is late, and when what was late has come: once each.
#pragma once

#include <functional>
#include <string_view>

#include "base/clock.h"
#include "base/date.h"
#include "base/result.h"
#include "flows/definition/flow.h"
#include "flows/runs/run_store.h"
#include "flows/schedule/arrivals.h"
#include "flows/schedule/watch_state.h"
#include "notices/notice.h"

namespace caudal::schedule {

// Not thread-safe. All that it refers to must outlive it.
class DeadlineWatch {
 public:
  using Notify = std::function<void(notices::Notice)>;

  DeadlineWatch(const flows::FlowDefinition& flow, const TimeZone& zone, const runs::RunStore& runs, WatchState& state,
                Notify notify)
      : flow_(flow), zone_(zone), runs_(runs), state_(state), notify_(std::move(notify)) {}

  // Raises what is due at `now`, given all that has come. Deadlines up to `since` are not looked at. Returns the next
  // deadline; the latest Timestamp there is when the flow has none.
  Result<Timestamp> check(const Arrivals& arrivals, Timestamp since, Timestamp now);

 private:
  Result<Timestamp> check_input(const flows::InputDefinition& input, const Arrivals& arrivals, Timestamp since,
                                Timestamp now);
  Result<void> recover(const flows::InputDefinition& input, const Arrivals& arrivals, Timestamp now);
  Result<bool> was_run(const flows::InputDefinition& input, Month month) const;
  void raise(notices::Event event, const flows::InputDefinition& input, Month month, Timestamp now) const;

  const flows::FlowDefinition& flow_;
  const TimeZone& zone_;
  const runs::RunStore& runs_;
  WatchState& state_;
  const Notify notify_;
};

}  // namespace caudal::schedule
