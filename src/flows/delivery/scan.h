// SPDX-License-Identifier: Apache-2.0
// The first look at one block of bytes, without knowing where its records begin: line ends, quotes, NUL bytes, UTF-8.
// Looks at blocks can be taken in any order, on any thread; layout.h joins them.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace caudal::delivery {

// What lies beyond a block's end, for a character cut by it.
inline constexpr size_t kLookaheadBytes = 3;

struct BlockScan {
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  uint32_t newlines = 0;
  uint32_t first_newline = kNone;  // offsets in the block
  uint32_t last_newline = kNone;
  bool has_quote = false;
  bool has_nul = false;
  bool is_utf8 = true;  // as far as sequences that begin in this block go, and see `continuations`
  // Continuation bytes that the block begins with (0 to 4): they must be what the block before left over.
  uint8_t continuations = 0;
  // Bytes by which the block's last character reaches beyond its end (0 to 3).
  uint8_t overhang = 0;
};

// `bytes` is the block, `with_lookahead` the same bytes and up to kLookaheadBytes of what follows it in the file.
BlockScan scan_block(std::string_view bytes, std::string_view with_lookahead);

}  // namespace caudal::delivery
