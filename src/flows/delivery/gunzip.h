// SPDX-License-Identifier: Apache-2.0
// Unpacks a gzip file (RFC 1952, one or more members) with every checksum verified. Nothing else is unpacked.
#pragma once

#include <cstdint>

#include "base/file.h"
#include "base/result.h"

namespace caudal::delivery {

bool is_gzip(const char* first_two_bytes);

// Appends the content of `packed` to `out`; the number of bytes written. Memory: a few hundred KiB.
// Error Errc::bad_gzip: truncated, corrupt, followed by other bytes, or more than `max_bytes` of content.
Result<uint64_t> gunzip(const File& packed, File& out, uint64_t max_bytes);

}  // namespace caudal::delivery
