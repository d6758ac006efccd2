// SPDX-License-Identifier: Apache-2.0
// Removes items whose time is over: some at a time, so that nobody's writes wait for them. Inside room items only.
#pragma once

#include <stop_token>

#include "items/due_items.h"
#include "items/event_log.h"
#include "items/store.h"

namespace caudal::items {

class ExpirySweep {
 public:
  // All must outlive it.
  ExpirySweep(kv::Store& kv, const Families& families, const Tables& tables, Committer& committer, EventLog& events,
              const Clock& clock)
      : kv_(kv), families_(families), tables_(tables), committer_(committer), events_(events), clock_(clock) {}

  // All that are due now, or until it is to stop.
  Result<Swept> run(const std::stop_token& stop);

 private:
  Result<void> run(const TablePtr& table, const std::stop_token& stop, Swept& swept);

  kv::Store& kv_;
  const Families families_;
  const Tables& tables_;
  Committer& committer_;
  EventLog& events_;
  const Clock& clock_;
};

}  // namespace caudal::items
