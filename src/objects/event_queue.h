// SPDX-License-Identifier: Apache-2.0
// The durable queue of events. A sequence is taken before its commit and settled after it, so commits of concurrent
// writers settle out of order: readers see no event beyond one that is not settled, else they would miss that one.
// Inside room objects only.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>
#include <vector>

#include "kv/store.h"
#include "objects/events.h"

namespace caudal::objects {

// Thread-safe.
class EventQueue {
 public:
  EventQueue(kv::Store& kv, kv::Family family) : kv_(kv), family_(family) {}
  // Sequences go on beyond all that were ever read, whatever the clock says. Before anything else.
  Result<void> open(Timestamp now);

  // Gives `event` its sequence and adds it to `batch`; settle() must follow, whether that was committed or not. What
  // was settled already is let be.
  void add(kv::Batch& batch, Event& event);
  void settle(const std::vector<Event>& events, bool were_committed);

  Result<std::vector<Event>> read(uint64_t after, size_t max_events) const;
  Result<void> acknowledge(uint64_t up_to);
  bool wait(uint64_t after, const std::stop_token& stop) const;

 private:
  kv::Store& kv_;
  kv::Family family_;
  // No annotations: the analysis of clang does not know condition_variable_any.
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  uint64_t next_ = 1;
  uint64_t acknowledged_ = 0;     // up to this
  uint64_t visible_ = 0;          // the newest event that has nothing unsettled before it
  std::set<uint64_t> under_way_;  // not settled
  std::set<uint64_t> held_back_;  // committed, but beyond one that is under way
};

}  // namespace caudal::objects
