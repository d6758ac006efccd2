// SPDX-License-Identifier: Apache-2.0
// The names and classes of queries' errors.
#include "queries/errors.h"

namespace caudal::queries {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::statement_refused: return {"queries.statement_refused", ErrorClass::kUsage};
    case Errc::invalid_name: return {"queries.invalid_name", ErrorClass::kUsage};
    case Errc::unknown_system_table: return {"queries.unknown_system_table", ErrorClass::kNotFound};
    case Errc::unsupported_format: return {"queries.unsupported_format", ErrorClass::kUnsupported};
    case Errc::unsupported_type: return {"queries.unsupported_type", ErrorClass::kUnsupported};
    case Errc::missing_objects: return {"queries.missing_objects", ErrorClass::kCorrupt};
  }
  return {"queries.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::queries
