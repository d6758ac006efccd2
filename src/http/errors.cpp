// SPDX-License-Identifier: Apache-2.0
// Names and classes of the error codes of http.
#include "http/errors.h"

namespace caudal::http {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::invalid_configuration: return {"http.invalid_configuration", ErrorClass::kUsage};
    case Errc::cannot_listen: return {"http.cannot_listen", ErrorClass::kFailed};
    case Errc::invalid_message: return {"http.invalid_message", ErrorClass::kUsage};
    case Errc::malformed_body: return {"http.malformed_body", ErrorClass::kUsage};
    case Errc::body_too_large: return {"http.body_too_large", ErrorClass::kUsage};
    case Errc::peer_gone: return {"http.peer_gone", ErrorClass::kCancelled};
    case Errc::too_slow: return {"http.too_slow", ErrorClass::kCancelled};
    case Errc::deadline_exceeded: return {"http.deadline_exceeded", ErrorClass::kCancelled};
    case Errc::shutting_down: return {"http.shutting_down", ErrorClass::kCancelled};
    case Errc::unreachable: return {"http.unreachable", ErrorClass::kBusy};
    case Errc::tls_failed: return {"http.tls_failed", ErrorClass::kFailed};
    case Errc::answer_too_large: return {"http.answer_too_large", ErrorClass::kFailed};
    case Errc::cancelled: return {"http.cancelled", ErrorClass::kCancelled};
  }
  return {"http.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::http
