// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors.
#include "flows/runs/errors.h"

namespace caudal::runs {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::flow_is_running: return {"flow_is_running", ErrorClass::kBusy};
    case Errc::unknown_run: return {"unknown_run", ErrorClass::kNotFound};
    case Errc::not_resumable: return {"not_resumable", ErrorClass::kConflict};
    case Errc::not_running: return {"not_running", ErrorClass::kConflict};
    case Errc::invalid_id: return {"invalid_id", ErrorClass::kUsage};
    case Errc::invalid_filter: return {"invalid_filter", ErrorClass::kUsage};
    case Errc::corrupt_record: return {"corrupt_record", ErrorClass::kCorrupt};
    case Errc::amount_too_exact: return {"amount_too_exact", ErrorClass::kFailed};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::runs
