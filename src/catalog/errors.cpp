// SPDX-License-Identifier: Apache-2.0
// Names and classes of the catalog's error codes.
#include "catalog/errors.h"

namespace caudal::catalog {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::invalid_name: return {"catalog.invalid_name", ErrorClass::kUsage};
    case Errc::invalid_type: return {"catalog.invalid_type", ErrorClass::kUsage};
    case Errc::invalid_table: return {"catalog.invalid_table", ErrorClass::kUsage};
    case Errc::not_found: return {"catalog.not_found", ErrorClass::kNotFound};
    case Errc::exists: return {"catalog.exists", ErrorClass::kConflict};
    case Errc::not_empty: return {"catalog.not_empty", ErrorClass::kConflict};
    case Errc::version_conflict: return {"catalog.version_conflict", ErrorClass::kConflict};
    case Errc::publication_state: return {"catalog.publication_state", ErrorClass::kConflict};
    case Errc::partition_conflict: return {"catalog.partition_conflict", ErrorClass::kConflict};
    case Errc::corrupt: return {"catalog.corrupt", ErrorClass::kCorrupt};
    case Errc::newer_format: return {"catalog.newer_format", ErrorClass::kUnsupported};
  }
  return {"catalog.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::catalog
