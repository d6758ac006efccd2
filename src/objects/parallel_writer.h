// SPDX-License-Identifier: Apache-2.0
// Large local files as bodies. MD5 goes through a stream no faster than one core can, so what S3's clients do with
// large files is done here: parts, hashed side by side, and the ETag of a multipart upload. Unlike with uploads all
// parts are written into one blob. Inside room objects only.
#pragma once

#include "objects/body_writer.h"

namespace caudal::objects {

// Files from this size on are made of parts; those that may have small ones from the second on.
inline constexpr uint64_t kManyPartsBytes = uint64_t{64} << 20;
inline constexpr uint64_t kSmallPartsBytes = uint64_t{1} << 20;

// Whether a file of that size is made of parts. `options` have to leave the choice: no digest of the whole is asked for
// that only a single stream can give.
bool is_put_in_parts(uint64_t size_bytes, const PutOptions& options);

struct FileBody {
  const std::filesystem::path& path;
  uint64_t size_bytes = 0;
  bool adopt = false;                      // it becomes the blob by a second name; else it is copied
  const FileProgress* progress = nullptr;  // called by this thread
};

// Errors: as of write_body, and those of `progress`.
Result<StagedBody> write_file_in_parts(const BodyPlaces& places, const FileBody& file, const PutOptions& options,
                                       const BodyRules& rules);

}  // namespace caudal::objects
