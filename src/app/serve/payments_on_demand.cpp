// SPDX-License-Identifier: Apache-2.0
#include "app/serve/payments_on_demand.h"

namespace caudal::app {

Result<payments::Payments*> PaymentsOnDemand::get() {
  const MutexLock lock(mutex_);
  if (!payments_) payments_ = TRY(payments::Payments::open(store_, clock_, options_));
  return payments_.get();
}

}  // namespace caudal::app
