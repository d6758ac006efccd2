// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/scan.h"

#include <bit>
#include <cstring>

#include "flows/delivery/encoding.h"
#include "flows/delivery/simd.h"

namespace caudal::delivery {
namespace {

// Adds what 64 bytes at `offset` hold; `within` masks those that count. Returns whether any is not ASCII.
bool scan_chunk(const Chunk64& chunk, uint64_t within, uint32_t offset, BlockScan& scan) {
  const uint64_t newlines = chunk.equal_to('\n') & within;
  if (newlines != 0) {
    if (scan.newlines == 0) scan.first_newline = offset + static_cast<uint32_t>(std::countr_zero(newlines));
    scan.last_newline = offset + 63 - static_cast<uint32_t>(std::countl_zero(newlines));
    scan.newlines += static_cast<uint32_t>(std::popcount(newlines));
  }
  scan.has_quote |= (chunk.equal_to('"') & within) != 0;
  scan.has_nul |= (chunk.equal_to('\0') & within) != 0;
  return (chunk.non_ascii() & within) != 0;
}

void check_utf8(std::string_view bytes, std::string_view with_lookahead, BlockScan& scan) {
  size_t at = 0;
  while (at < bytes.size() && at < 4 && (static_cast<uint8_t>(bytes[at]) & 0xC0) == 0x80) ++at;
  scan.continuations = static_cast<uint8_t>(at);
  while (at < bytes.size()) {
    if (bytes.size() - at >= 16 && is_ascii(bytes.substr(at, 16))) {
      at += 16;
      continue;
    }
    const size_t size = utf8_sequence_size(with_lookahead.substr(at));
    if (size == 0) {
      scan.is_utf8 = false;
      return;
    }
    at += size;
  }
  scan.overhang = static_cast<uint8_t>(at - bytes.size());
}

}  // namespace

BlockScan scan_block(std::string_view bytes, std::string_view with_lookahead) {
  BlockScan scan;
  bool non_ascii = false;
  size_t at = 0;
  for (; at + 64 <= bytes.size(); at += 64) {
    non_ascii |= scan_chunk(Chunk64(bytes.data() + at), ~uint64_t{0}, static_cast<uint32_t>(at), scan);
  }
  if (at < bytes.size()) {
    char rest[64] = {};
    std::memcpy(rest, bytes.data() + at, bytes.size() - at);
    const uint64_t within = ~uint64_t{0} >> (64 - (bytes.size() - at));
    non_ascii |= scan_chunk(Chunk64(rest), within, static_cast<uint32_t>(at), scan);
  }
  if (non_ascii) check_utf8(bytes, with_lookahead, scan);
  return scan;
}

}  // namespace caudal::delivery
