// SPDX-License-Identifier: Apache-2.0
#include "payments/remote/errors.h"

namespace caudal::payments {

ErrcInfo errc_info(RemoteErrc code) {
  switch (code) {
    case RemoteErrc::invalid_service: return {"payments.invalid_service", ErrorClass::kUsage};
    case RemoteErrc::invalid_answer: return {"payments.invalid_answer", ErrorClass::kFailed};
    case RemoteErrc::invalid_webhook: return {"payments.invalid_webhook", ErrorClass::kUsage};
  }
  return {"payments.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::payments
