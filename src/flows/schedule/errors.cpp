// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors.
#include "flows/schedule/errors.h"

namespace caudal::schedule {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::invalid_cron: return {"invalid_cron", ErrorClass::kUsage};
    case Errc::corrupt_state: return {"corrupt_state", ErrorClass::kCorrupt};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::schedule
