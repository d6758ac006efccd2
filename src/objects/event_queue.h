// SPDX-License-Identifier: Apache-2.0
// The durable queues of events, one for each destination; an event has a row for each subscription that wants it, which
// goes when it was delivered. A sequence is taken before its commit and settled after it, so commits of concurrent
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

  // Adds `event` to `batch` for each of `recipients`, with sequences of their own, and gives it the first of them.
  // settle() must follow with what this answers, whether it was committed or not; what was settled already is let be.
  std::vector<uint64_t> add(kv::Batch& batch, Event& event, const std::vector<Recipient>& recipients);
  void settle(const std::vector<uint64_t>& sequences, bool were_committed);

  Result<QueuedEvents> read(const std::string& destination, uint64_t after, size_t max_events) const;
  Result<void> acknowledge(const std::string& destination, uint64_t up_to);
  bool wait(uint64_t seen, const std::stop_token& stop) const;
  Result<std::vector<std::string>> destinations() const;

 private:
  kv::Store& kv_;
  kv::Family family_;
  // No annotations: the analysis of clang does not know condition_variable_any.
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  uint64_t next_ = 1;
  uint64_t mark_ = 0;             // the newest that was acknowledged
  uint64_t visible_ = 0;          // the newest event that has nothing unsettled before it
  std::set<uint64_t> under_way_;  // not settled
  std::set<uint64_t> held_back_;  // committed, but beyond one that is under way
};

}  // namespace caudal::objects
