// SPDX-License-Identifier: Apache-2.0
// Room payments for the server, opened when it is first needed: a server whose users schedule no payments makes no
// tables for them.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/thread_annotations.h"
#include "items/store.h"
#include "payments/payments.h"

namespace caudal::app {

// Thread-safe.
class PaymentsOnDemand {
 public:
  // Both outlive it.
  PaymentsOnDemand(items::Store& store, Clock& clock, payments::Options options)
      : store_(store), clock_(clock), options_(std::move(options)) {}

  // What it answers lives as long as this. An error, as of payments::Payments::open, is tried again by the next call.
  Result<payments::Payments*> get();

 private:
  items::Store& store_;
  Clock& clock_;
  const payments::Options options_;
  Mutex mutex_;
  std::unique_ptr<payments::Payments> payments_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::app
