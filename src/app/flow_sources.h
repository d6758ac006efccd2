// SPDX-License-Identifier: Apache-2.0
// What flows collect from rooms above them: today the scheduled payments.
#pragma once

#include <memory>

#include "app/wiring.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/thread_annotations.h"
#include "flows/engine/day_source.h"
#include "payments/lake/payment_days.h"
#include "payments/payments.h"

namespace caudal::app {

// Thread-safe, as runs of flows are on threads of their own.
class FlowSources {
 public:
  // All must outlive it.
  FlowSources(Platform& platform, const Config& config, Clock& clock)
      : platform_(platform), config_(config), clock_(clock) {}

  // By the names that flow.yaml calls them; nothing is opened until a flow asks for it.
  flows::engine::DaySources by_name() { return {{"payments", &days_}}; }

 private:
  Result<payments::Payments*> payments() CAUDAL_EXCLUDES(mutex_);

  Platform& platform_;
  const Config& config_;
  Clock& clock_;
  Mutex mutex_;
  std::unique_ptr<payments::Payments> payments_ CAUDAL_GUARDED_BY(mutex_);
  payments::PaymentDays days_{[this] { return payments(); }};
};

}  // namespace caudal::app
