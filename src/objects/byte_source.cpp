// SPDX-License-Identifier: Apache-2.0
// Reading a source to its end.
#include "objects/byte_source.h"

namespace caudal::objects {

Result<std::string> read_all(ByteSource& source) {
  constexpr size_t kStep = size_t{64} << 10;
  std::string bytes;
  size_t filled = 0;
  for (;;) {
    bytes.resize(filled + kStep);
    const size_t got = TRY(source.read(bytes.data() + filled, kStep));
    filled += got;
    if (got == 0) break;
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace caudal::objects
