// SPDX-License-Identifier: Apache-2.0
#include "base/file_room.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace caudal {

Result<void> keep_room(const File& file, uint64_t end) {
  if (::fallocate(file.descriptor(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(end)) == 0) return {};
  if (errno == EOPNOTSUPP || errno == ENOSYS) return {};
  return errno_error(errno, "keep room for", file.path());
}

Result<void> give_back_room(const File& file, uint64_t size_bytes) {
  if (::ftruncate(file.descriptor(), static_cast<off_t>(size_bytes)) == 0) return {};
  return errno_error(errno, "give back room of", file.path());
}

}  // namespace caudal
