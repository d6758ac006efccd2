// SPDX-License-Identifier: Apache-2.0
#include "app/serve/payments_on_demand.h"

namespace caudal::app {

Result<PaymentsDesk*> PaymentsOnDemand::desk() {
  const MutexLock lock(mutex_);
  if (!desk_) desk_ = std::make_unique<PaymentsDesk>(TRY(open_payments(store_, settings_, clock_)));
  return desk_.get();
}

Result<payments::Payments*> PaymentsOnDemand::get() { return TRY(desk())->payments.get(); }

Result<payments::Report> PaymentsOnDemand::settle(const std::vector<payments::Answer>& answers) {
  return TRY(desk())->hand_over->settle(answers);
}

}  // namespace caudal::app
