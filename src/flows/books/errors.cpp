// SPDX-License-Identifier: Apache-2.0
#include "flows/books/errors.h"

namespace caudal::flows::books {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::overflow: return {"number too large", ErrorClass::kFailed};
    case Errc::unsupported_type: return {"unsupported type", ErrorClass::kUsage};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::flows::books
