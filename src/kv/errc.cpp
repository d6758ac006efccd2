// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors of room kv.
#include "kv/errc.h"

namespace caudal::kv {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::failed: return {"kv.failed", ErrorClass::kFailed};
    case Errc::no_space: return {"kv.no_space", ErrorClass::kNoSpace};
    case Errc::permission_denied: return {"kv.permission_denied", ErrorClass::kPermission};
    case Errc::corrupt: return {"kv.corrupt", ErrorClass::kCorrupt};
    case Errc::in_use: return {"kv.in_use", ErrorClass::kBusy};
    case Errc::not_a_data_directory: return {"kv.not_a_data_directory", ErrorClass::kUsage};
    case Errc::newer_format: return {"kv.newer_format", ErrorClass::kUnsupported};
    case Errc::no_room: return {"kv.no_room", ErrorClass::kNoSpace};
    case Errc::not_resumed: return {"kv.not_resumed", ErrorClass::kFailed};
    case Errc::would_wait: return {"kv.would_wait", ErrorClass::kBusy};
  }
  return {"kv.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::kv
