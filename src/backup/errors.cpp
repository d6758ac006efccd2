// SPDX-License-Identifier: Apache-2.0
#include "backup/errors.h"

namespace caudal::backup {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::invalid_target: return {"no place for a backup", ErrorClass::kUsage};
    case Errc::target_taken: return {"the backup's folder is not empty", ErrorClass::kUsage};
    case Errc::incomplete_source: return {"the data directory is incomplete", ErrorClass::kCorrupt};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::backup
