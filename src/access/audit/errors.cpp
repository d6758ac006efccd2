// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors of room access/audit.
#include "access/audit/errors.h"

namespace caudal::audit {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::unavailable: return {"audit.unavailable", ErrorClass::kBusy};
    case Errc::corrupt: return {"audit.corrupt", ErrorClass::kCorrupt};
  }
  return {"audit.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::audit
