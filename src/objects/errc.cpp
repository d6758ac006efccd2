// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors of room objects.
#include "objects/errc.h"

namespace caudal::objects {

ErrcInfo errc_info(Errc code) {
  switch (code) {
    case Errc::no_such_bucket: return {"objects.no_such_bucket", ErrorClass::kNotFound};
    case Errc::no_such_key: return {"objects.no_such_key", ErrorClass::kNotFound};
    case Errc::no_such_version: return {"objects.no_such_version", ErrorClass::kNotFound};
    case Errc::no_such_upload: return {"objects.no_such_upload", ErrorClass::kNotFound};
    case Errc::is_delete_marker: return {"objects.is_delete_marker", ErrorClass::kNotFound};
    case Errc::bucket_exists: return {"objects.bucket_exists", ErrorClass::kConflict};
    case Errc::bucket_not_empty: return {"objects.bucket_not_empty", ErrorClass::kConflict};
    case Errc::invalid_bucket_name: return {"objects.invalid_bucket_name", ErrorClass::kUsage};
    case Errc::invalid_key: return {"objects.invalid_key", ErrorClass::kUsage};
    case Errc::invalid_uri: return {"objects.invalid_uri", ErrorClass::kUsage};
    case Errc::invalid_argument: return {"objects.invalid_argument", ErrorClass::kUsage};
    case Errc::metadata_too_large: return {"objects.metadata_too_large", ErrorClass::kUsage};
    case Errc::too_many_tags: return {"objects.too_many_tags", ErrorClass::kUsage};
    case Errc::invalid_tag: return {"objects.invalid_tag", ErrorClass::kUsage};
    case Errc::invalid_range: return {"objects.invalid_range", ErrorClass::kUsage};
    case Errc::invalid_part: return {"objects.invalid_part", ErrorClass::kUsage};
    case Errc::invalid_part_order: return {"objects.invalid_part_order", ErrorClass::kUsage};
    case Errc::part_too_small: return {"objects.part_too_small", ErrorClass::kUsage};
    case Errc::too_large: return {"objects.too_large", ErrorClass::kUsage};
    case Errc::invalid_part_number: return {"objects.invalid_part_number", ErrorClass::kUsage};
    case Errc::not_modified: return {"objects.not_modified", ErrorClass::kConflict};
    case Errc::precondition_failed: return {"objects.precondition_failed", ErrorClass::kConflict};
    case Errc::checksum_mismatch: return {"objects.checksum_mismatch", ErrorClass::kRefused};
    case Errc::changed_meanwhile: return {"objects.changed_meanwhile", ErrorClass::kBusy};
    case Errc::key_unavailable: return {"objects.key_unavailable", ErrorClass::kFailed};
    case Errc::corrupt: return {"objects.corrupt", ErrorClass::kCorrupt};
  }
  return {"objects.unknown", ErrorClass::kFailed};
}

}  // namespace caudal::objects
