// SPDX-License-Identifier: Apache-2.0
// Names and classes of the engine's errors.
#include "flows/engine/errors.h"

namespace caudal::flows::engine {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::no_delivery: return {"no_delivery", ErrorClass::kNotFound};
    case Errc::unknown_input: return {"unknown_input", ErrorClass::kUsage};
    case Errc::unknown_step: return {"unknown_step", ErrorClass::kUsage};
    case Errc::invalid_request: return {"invalid_request", ErrorClass::kUsage};
    case Errc::file_refused: return {"file_refused", ErrorClass::kRefused};
    case Errc::rule_failed: return {"rule_failed", ErrorClass::kRefused};
    case Errc::not_reconciled: return {"not_reconciled", ErrorClass::kRefused};
    case Errc::overtaken: return {"overtaken", ErrorClass::kConflict};
    case Errc::corrupt_record: return {"corrupt_record", ErrorClass::kCorrupt};
    case Errc::timed_out: return {"timed_out", ErrorClass::kFailed};
    case Errc::unknown_source: return {"unknown_source", ErrorClass::kUsage};
    case Errc::changing: return {"changing", ErrorClass::kBusy};
    case Errc::sum_too_large: return {"sum_too_large", ErrorClass::kRefused};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::flows::engine
