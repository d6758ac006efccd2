// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors of room access.
#include "access/errors.h"

namespace caudal::access {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::no_such_key: return {"access.no_such_key", ErrorClass::kNotFound};
    case Errc::no_such_user: return {"access.no_such_user", ErrorClass::kNotFound};
    case Errc::no_such_policy: return {"access.no_such_policy", ErrorClass::kNotFound};
    case Errc::user_exists: return {"access.user_exists", ErrorClass::kConflict};
    case Errc::user_has_keys: return {"access.user_has_keys", ErrorClass::kConflict};
    case Errc::invalid_name: return {"access.invalid_name", ErrorClass::kUsage};
    case Errc::invalid_argument: return {"access.invalid_argument", ErrorClass::kUsage};
    case Errc::malformed_policy: return {"access.malformed_policy", ErrorClass::kUsage};
    case Errc::too_many: return {"access.too_many", ErrorClass::kConflict};
    case Errc::too_open: return {"access.too_open", ErrorClass::kPermission};
    case Errc::wrong_master_key: return {"access.wrong_master_key", ErrorClass::kFailed};
    case Errc::corrupt: return {"access.corrupt", ErrorClass::kCorrupt};
  }
  return {"access.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::access
