// SPDX-License-Identifier: Apache-2.0
// Room payments for the server, opened when it is first needed: a server whose users schedule no payments makes no
// tables for them.
#pragma once

#include <memory>
#include <vector>

#include "app/payments_desk.h"
#include "base/clock.h"
#include "base/thread_annotations.h"
#include "items/store.h"
#include "payments/hand_over.h"
#include "payments/payments.h"

namespace caudal::app {

// Thread-safe.
class PaymentsOnDemand {
 public:
  // Both outlive it.
  PaymentsOnDemand(items::Store& store, Clock& clock, PaymentsSettings settings)
      : store_(store), clock_(clock), settings_(std::move(settings)) {}

  // What it answers lives as long as this. An error, as of payments::Payments::open, is tried again by the next call.
  Result<payments::Payments*> get();
  // Puts down what a transaction service reports by itself.
  Result<payments::Report> settle(const std::vector<payments::Answer>& answers);

 private:
  Result<PaymentsDesk*> desk();

  items::Store& store_;
  Clock& clock_;
  const PaymentsSettings settings_;
  Mutex mutex_;
  std::unique_ptr<PaymentsDesk> desk_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::app
