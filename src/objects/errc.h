// SPDX-License-Identifier: Apache-2.0
// What can go wrong in room `objects`. Named after S3's own codes where there is one, so that a door can map them.
#pragma once

#include "base/result.h"

namespace caudal::objects {

enum class Errc {
  no_such_bucket = 1,
  no_such_key,
  no_such_version,
  no_such_upload,
  is_delete_marker,  // the version asked for is a delete marker
  bucket_exists,
  bucket_not_empty,
  invalid_bucket_name,
  invalid_key,
  invalid_uri,
  invalid_argument,  // limits on part numbers, page sizes
  metadata_too_large,
  too_many_tags,
  invalid_tag,    // a tag's name or value is too long, empty, or not UTF-8
  invalid_range,  // no byte of the range exists
  invalid_part,   // a part named by complete is not there, or has another ETag
  invalid_part_order,
  part_too_small,
  too_large,            // more bytes than the caller or S3's limits allow
  invalid_part_number,  // the object has no part of that number
  precondition_failed,
  not_modified,       // what is asked for is what the caller has
  checksum_mismatch,  // the bytes are not those that the caller announced
  changed_meanwhile,  // overwritten again and again while being read; try again
  corrupt,
  key_unavailable,  // no master key to encrypt with, or not the one that was encrypted with
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::objects

template <>
struct std::is_error_code_enum<caudal::objects::Errc> : std::true_type {};
