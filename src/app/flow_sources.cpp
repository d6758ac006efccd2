// SPDX-License-Identifier: Apache-2.0
#include "app/flow_sources.h"

#include "app/payments_desk.h"

namespace caudal::app {

Result<payments::Payments*> FlowSources::payments() {
  const MutexLock lock(mutex_);
  if (!payments_) {
    const payments::Options options = TRY(payments_settings(config_, "flows")).payments;
    payments_ = TRY(payments::Payments::open(*TRY(platform_.items()), clock_, options));
  }
  return payments_.get();
}

}  // namespace caudal::app
