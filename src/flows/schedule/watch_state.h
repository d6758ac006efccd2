// SPDX-License-Identifier: Apache-2.0
// What the Watcher must not forget when it is restarted. What was run is not kept here: runs::RunStore knows that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/result.h"
#include "kv/store.h"

namespace caudal::schedule {

// Not thread-safe. Every change is durable when its call returns.
class WatchState {
 public:
  // `kv` must outlive it.
  static Result<WatchState> open(kv::Store& kv);

  // When the flow was first watched; `now` the first time this is asked. Deadlines and slots before it are nobody's.
  Result<Timestamp> watched_since(std::string_view flow, Timestamp now);

  // The last slot of a flow's schedule that was dealt with.
  Result<std::optional<Timestamp>> last_slot(std::string_view flow) const;
  Result<void> set_last_slot(std::string_view flow, Timestamp slot);

  // The last month whose deadline was dealt with, met or not.
  Result<std::optional<Month>> last_deadline(std::string_view flow, std::string_view input) const;
  // Months that are late and have not come.
  Result<std::vector<Month>> late_months(std::string_view flow, std::string_view input) const;
  Result<void> pass_deadline(std::string_view flow, std::string_view input, Month month, bool late);
  Result<void> recover(std::string_view flow, std::string_view input, Month month);

  // Works that are not begun or taken up again, of which people were told.
  Result<bool> was_given_up(std::string_view flow, std::string_view work_key) const;
  Result<void> give_up(std::string_view flow, std::string_view work_key);

  // What identified the file `name` of the inbox when it was taken.
  Result<std::optional<std::string>> imported(std::string_view name) const;
  Result<void> set_imported(std::string_view name, std::string_view identity);

 private:
  WatchState(kv::Store& kv, kv::Family family) : kv_(&kv), family_(family) {}
  Result<std::optional<Timestamp>> instant(const std::string& key) const;

  kv::Store* kv_;
  kv::Family family_;
};

}  // namespace caudal::schedule
