// SPDX-License-Identifier: Apache-2.0
// The names and classes of payments' errors.
#include "payments/errors.h"

namespace caudal::payments {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::invalid_payment: return {"payments.invalid_payment", ErrorClass::kUsage};
    case Errc::reference_taken: return {"payments.reference_taken", ErrorClass::kConflict};
    case Errc::no_such_payment: return {"payments.no_such_payment", ErrorClass::kNotFound};
    case Errc::too_late: return {"payments.too_late", ErrorClass::kConflict};
    case Errc::changed: return {"payments.changed", ErrorClass::kConflict};
    case Errc::contradiction: return {"payments.contradiction", ErrorClass::kFailed};
    case Errc::unusable_table: return {"payments.unusable_table", ErrorClass::kConflict};
    case Errc::unreadable_item: return {"payments.unreadable_item", ErrorClass::kRefused};
    case Errc::invalid_cursor: return {"payments.invalid_cursor", ErrorClass::kUsage};
    case Errc::unusable_file: return {"payments.unusable_file", ErrorClass::kUsage};
    case Errc::key_taken: return {"payments.key_taken", ErrorClass::kConflict};
  }
  return {"payments.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::payments
