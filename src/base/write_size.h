// SPDX-License-Identifier: Apache-2.0
// How much is handed to the system at once when much is written.
#pragma once

#include <cstddef>

namespace caudal {

// So much stays in the processor's caches on the way, and the page cache need not find large blocks of memory in one
// piece, which was seen to take up to ten times as long.
inline constexpr size_t kWriteBytes = size_t{128} << 10;

}  // namespace caudal
