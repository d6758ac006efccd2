// SPDX-License-Identifier: Apache-2.0
#include "transfer/errors.h"

namespace caudal::transfer {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::bad_gzip: return {"transfer.bad_gzip", ErrorClass::kRefused};
    case Errc::bad_record: return {"transfer.bad_record", ErrorClass::kRefused};
    case Errc::line_too_long: return {"transfer.line_too_long", ErrorClass::kRefused};
    case Errc::bad_header: return {"transfer.bad_header", ErrorClass::kRefused};
    case Errc::no_objects: return {"transfer.no_objects", ErrorClass::kNotFound};
    case Errc::no_such_job: return {"transfer.no_such_job", ErrorClass::kNotFound};
    case Errc::token_conflict: return {"transfer.token_conflict", ErrorClass::kConflict};
    case Errc::interrupted: return {"transfer.interrupted", ErrorClass::kFailed};
    case Errc::bad_zstd: return {"transfer.bad_zstd", ErrorClass::kRefused};
    case Errc::invalid_window: return {"transfer.invalid_window", ErrorClass::kUsage};
    case Errc::no_backups_yet: return {"transfer.no_backups_yet", ErrorClass::kBusy};
  }
  return {"transfer.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::transfer
