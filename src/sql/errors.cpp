// SPDX-License-Identifier: Apache-2.0
// The names and classes of sql's errors.
#include "sql/errors.h"

namespace caudal::sql {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::failed: return {"sql.failed", ErrorClass::kFailed};
    case Errc::invalid_statement: return {"sql.invalid_statement", ErrorClass::kUsage};
    case Errc::invalid_setting: return {"sql.invalid_setting", ErrorClass::kUsage};
    case Errc::out_of_memory: return {"sql.out_of_memory", ErrorClass::kNoSpace};
    case Errc::no_space: return {"sql.no_space", ErrorClass::kNoSpace};
    case Errc::cancelled: return {"sql.cancelled", ErrorClass::kCancelled};
    case Errc::not_allowed: return {"sql.not_allowed", ErrorClass::kPermission};
    case Errc::unsupported: return {"sql.unsupported", ErrorClass::kUnsupported};
  }
  return {"sql.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::sql
