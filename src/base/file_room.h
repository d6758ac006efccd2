// SPDX-License-Identifier: Apache-2.0
// Room on the disk that a file keeps beyond its end, so that what must still be written when the disk is full can be.
#pragma once

#include <cstdint>

#include "base/file.h"
#include "base/result.h"

namespace caudal {

// Writes up to byte `end` will find room; the size stays. On a file system that cannot promise it, nothing happens.
// Errors: no space, of files.
Result<void> keep_room(const File& file, uint64_t end);
// Gives back what is kept beyond `size_bytes`, the file's size. Errors: of files.
Result<void> give_back_room(const File& file, uint64_t size_bytes);

}  // namespace caudal
