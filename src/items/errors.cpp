// SPDX-License-Identifier: Apache-2.0
#include "items/errors.h"

namespace caudal::items {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::no_such_table: return {"items.no_such_table", ErrorClass::kNotFound};
    case Errc::no_such_index: return {"items.no_such_index", ErrorClass::kNotFound};
    case Errc::table_exists: return {"items.table_exists", ErrorClass::kConflict};
    case Errc::table_in_use: return {"items.table_in_use", ErrorClass::kBusy};
    case Errc::invalid_request: return {"items.invalid_request", ErrorClass::kUsage};
    case Errc::limit_exceeded: return {"items.limit_exceeded", ErrorClass::kUsage};
    case Errc::deletion_protected: return {"items.deletion_protected", ErrorClass::kConflict};
    case Errc::transaction_cancelled: return {"items.transaction_cancelled", ErrorClass::kConflict};
    case Errc::token_mismatch: return {"items.token_mismatch", ErrorClass::kConflict};
    case Errc::no_such_stream: return {"items.no_such_stream", ErrorClass::kNotFound};
    case Errc::trimmed: return {"items.trimmed", ErrorClass::kNotFound};
    case Errc::iterator_expired: return {"items.iterator_expired", ErrorClass::kUsage};
    case Errc::corrupt: return {"items.corrupt", ErrorClass::kCorrupt};
    case Errc::no_such_backup: return {"items.no_such_backup", ErrorClass::kNotFound};
    case Errc::backup_in_use: return {"items.backup_in_use", ErrorClass::kBusy};
    case Errc::no_such_policy: return {"items.no_such_policy", ErrorClass::kNotFound};
    case Errc::no_recovery: return {"items.no_recovery", ErrorClass::kConflict};
    case Errc::invalid_moment: return {"items.invalid_moment", ErrorClass::kUsage};
    case Errc::throttled: return {"items.throttled", ErrorClass::kBusy};
    case Errc::unavailable: return {"items.unavailable", ErrorClass::kBusy};
    case Errc::outcome_unknown: return {"items.outcome_unknown", ErrorClass::kFailed};
    case Errc::not_allowed: return {"items.not_allowed", ErrorClass::kPermission};
    case Errc::not_offered: return {"items.not_offered", ErrorClass::kUnsupported};
  }
  return {"items.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::items
