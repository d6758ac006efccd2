// SPDX-License-Identifier: Apache-2.0
// Names and classes of the error codes of notices.
#include "notices/errors.h"

namespace caudal::notices {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::invalid_configuration: return {"notices.invalid_configuration", ErrorClass::kUsage};
    case Errc::unreachable: return {"notices.unreachable", ErrorClass::kBusy};
    case Errc::rejected: return {"notices.rejected", ErrorClass::kFailed};
    case Errc::refused_now: return {"notices.refused_now", ErrorClass::kBusy};
  }
  return {"notices.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::notices
