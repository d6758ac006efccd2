// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors of values.
#include "items/values/errors.h"

namespace caudal::items {

ErrcInfo errc_info(ValueErrc code) {
  switch (code) {
    case ValueErrc::invalid_value: return {"invalid value", ErrorClass::kUsage};
    case ValueErrc::invalid_json: return {"invalid JSON of an item", ErrorClass::kUsage};
    case ValueErrc::unfit_key: return {"unfit key", ErrorClass::kUsage};
    case ValueErrc::corrupt: return {"corrupt item", ErrorClass::kCorrupt};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::items
