// SPDX-License-Identifier: Apache-2.0
// A file cut into pieces of whole records, each with the number of its first line, so that pieces can be decoded in any
// order, on any thread, with the outcome of reading from the beginning. Two steps: blocks are looked at in parallel
// (scan.h), then joined in order; joining reads again only blocks that hold quotes, because only there can a line feed
// be part of a field.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "flows/delivery/input.h"
#include "flows/delivery/records.h"
#include "flows/delivery/scan.h"

namespace caudal::delivery {

struct Piece {
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
  uint64_t first_line = 1;  // 1-based
  bool too_long = false;    // exactly one record, longer than allowed
  bool has_nul = false;     // somewhere in its blocks
  bool is_utf8 = true;      // all of its blocks are
};

// What is known of a file before its records are: one entry for each `block_bytes`.
struct Blocks {
  std::vector<BlockScan> scans;
  size_t block_bytes = 0;
  bool is_utf8 = true;  // the whole file
  bool has_quote = false;
};

// Looks at the whole of `input` with `threads` threads. `block_bytes` must be more than kLookaheadBytes. Errors of I/O.
Result<Blocks> scan_blocks(const Input& input, size_t block_bytes, size_t threads);

// Pieces of about one block each, covering every byte from `offset` (where a record begins, on `line`) to the end. A
// piece holds at most one block and one record. Errors of I/O.
Result<std::vector<Piece>> cut_into_pieces(const Input& input, const Blocks& blocks, const RecordLimits& limits,
                                           uint64_t offset, uint64_t line);

}  // namespace caudal::delivery
