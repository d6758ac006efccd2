// SPDX-License-Identifier: Apache-2.0
// The source of a copy: "/bucket/key?versionId=..." in a header, which the caller must be allowed to read.
#pragma once

#include <optional>
#include <string>

#include "api/s3/call.h"

namespace caudal::api::s3 {

struct CopySource {
  objects::ObjectRef ref;
  std::optional<std::string> version;
  size_t place = 0;  // in what the call touches
};

// Errors: InvalidArgument.
Outcome<CopySource> parse_copy_source(std::string_view text);
// Errors: those above, AccessDenied.
Outcome<CopySource> authorised_source(Call& call, std::string_view text);
// What S3 takes in one copy, of an object or of a part. Errors: InvalidRequest.
Outcome<void> check_copied_size(uint64_t size_bytes);
// What it is now. Errors: NoSuchKey and others about the source, InvalidRequest for a delete marker.
Outcome<objects::ObjectInfo> source_info(Call& call, const CopySource& source);

}  // namespace caudal::api::s3
