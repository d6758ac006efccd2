// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/layout.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>

#include "base/check.h"

namespace caudal::delivery {
namespace {

constexpr size_t kGrowBytes = size_t{64} << 10;

// Looks at blocks `next`, `next` + 1, ... until there are none; many threads share `next`.
Result<void> scan_some(const Input& input, std::atomic<size_t>& next, Blocks& blocks) {
  std::vector<char> buffer(std::min<uint64_t>(blocks.block_bytes, input.size_bytes()) + kLookaheadBytes);
  for (size_t i = next++; i < blocks.scans.size(); i = next++) {
    const uint64_t offset = uint64_t{i} * blocks.block_bytes;
    const uint64_t left = input.size_bytes() - offset;
    const size_t with_lookahead = std::min<uint64_t>(left, buffer.size());
    if (auto read = input.read_at(offset, buffer.data(), with_lookahead); !read) return read;
    const size_t size = std::min<uint64_t>(left, blocks.block_bytes);
    blocks.scans[i] = scan_block({buffer.data(), size}, {buffer.data(), with_lookahead});
  }
  return {};
}

// A character may be cut by a block's end: what the one block lacks, the next must begin with.
void join_characters(Blocks& blocks) {
  uint8_t expected = 0;
  for (size_t i = 0; i < blocks.scans.size(); ++i) {
    BlockScan& scan = blocks.scans[i];
    if (scan.continuations != expected) {
      scan.is_utf8 = false;
      if (i > 0) blocks.scans[i - 1].is_utf8 = false;
    }
    expected = scan.overhang;
  }
  for (const BlockScan& scan : blocks.scans) {
    blocks.is_utf8 &= scan.is_utf8;
    blocks.has_quote |= scan.has_quote;
  }
}

class Cutter {
 public:
  Cutter(const Input& input, const Blocks& blocks, const RecordLimits& limits, uint64_t offset, uint64_t line)
      : input_(input), blocks_(blocks), limits_(limits), at_(offset), line_(line) {}

  Result<std::vector<Piece>> cut() {
    for (size_t i = at_ / blocks_.block_bytes; i < blocks_.scans.size(); ++i) {
      const uint64_t begin = uint64_t{i} * blocks_.block_bytes;
      const uint64_t end = std::min<uint64_t>(begin + blocks_.block_bytes, input_.size_bytes());
      if (at_ >= end) continue;
      // Lines within a block can only be too long where a block is longer than a record may be.
      const bool plain = !blocks_.scans[i].has_quote && blocks_.block_bytes <= limits_.max_record_bytes;
      if (plain && at_ <= begin) {
        plain_block(begin, blocks_.scans[i]);
      } else if (auto cut = careful_block(end); !cut) {
        return std::move(cut).error();
      }
    }
    // Without a line feed at its end the last line is still open; it holds no quote, or a careful block had read it.
    if (at_ < input_.size_bytes()) add(input_.size_bytes(), 0, input_.size_bytes() - at_ > limits_.max_record_bytes);
    return std::move(pieces_);
  }

 private:
  // A block without quotes: every line feed in it ends a record.
  void plain_block(uint64_t begin, const BlockScan& scan) {
    if (scan.newlines == 0) return;
    uint32_t lines = scan.newlines;
    const uint64_t first_end = begin + scan.first_newline;
    if (first_end - at_ > limits_.max_record_bytes) {
      add(first_end + 1, 1, true);
      --lines;
    }
    if (lines > 0) add(begin + scan.last_newline + 1, lines, false);
  }

  // Record by record, until one begins at `end` or after it.
  Result<void> careful_block(uint64_t end) {
    if (auto loaded = load(at_, end); !loaded) return loaded;
    uint64_t piece_end = at_;
    uint64_t piece_lines = 0;
    while (piece_end < end) {
      const size_t begin = piece_end - buffer_begin_;
      const RecordEnd record =
          read_record({buffer_.data(), buffer_.size()}, begin, buffer_end() == input_.size_bytes(), limits_);
      if (record.need_more) {
        const uint64_t wanted = std::max<uint64_t>(kGrowBytes, 2 * (buffer_.size() - begin));
        if (auto loaded = load(piece_end, piece_end + wanted); !loaded) return loaded;
        continue;
      }
      if (record.fault == RecordFault::kTooLong) {
        if (piece_end > at_) add(piece_end, piece_lines, false);
        piece_end =
            record.next != RecordEnd::kUnknown ? buffer_begin_ + record.next : TRY(line_end_after(buffer_end()));
        add(piece_end, 1, true);
        if (piece_end < end && piece_end >= buffer_end()) {
          if (auto loaded = load(piece_end, end); !loaded) return loaded;
        }
        piece_lines = 0;
        continue;
      }
      piece_end = buffer_begin_ + record.next;
      piece_lines += record.lines;
    }
    if (piece_end > at_) add(piece_end, piece_lines, false);
    return {};
  }

  uint64_t buffer_end() const { return buffer_begin_ + buffer_.size(); }

  Result<void> load(uint64_t begin, uint64_t end) {
    end = std::min(end, input_.size_bytes());
    buffer_begin_ = begin;
    buffer_.resize(end - begin);
    return input_.read_at(begin, buffer_.data(), buffer_.size());
  }

  // Past the first line feed at or after `from`, or the file's end.
  Result<uint64_t> line_end_after(uint64_t from) {
    std::vector<char> rest(kGrowBytes);
    while (from < input_.size_bytes()) {
      const uint64_t block = from / blocks_.block_bytes;
      const uint64_t block_end = std::min<uint64_t>((block + 1) * blocks_.block_bytes, input_.size_bytes());
      if (blocks_.scans[block].newlines == 0) {
        from = block_end;
        continue;
      }
      const size_t size = std::min<uint64_t>(block_end - from, rest.size());
      if (auto read = input_.read_at(from, rest.data(), size); !read) return std::move(read).error();
      const void* newline = std::memchr(rest.data(), '\n', size);
      if (newline != nullptr) return from + static_cast<uint64_t>(static_cast<const char*>(newline) - rest.data()) + 1;
      from += size;
    }
    return from;
  }

  // The piece from here to `end`, with that many line feeds.
  void add(uint64_t end, uint64_t lines, bool too_long) {
    Piece piece{.offset = at_, .size_bytes = end - at_, .first_line = line_, .too_long = too_long};
    for (uint64_t i = at_ / blocks_.block_bytes; i * blocks_.block_bytes < end; ++i) {
      piece.has_nul |= blocks_.scans[i].has_nul;
      piece.is_utf8 &= blocks_.scans[i].is_utf8;
    }
    pieces_.push_back(piece);
    at_ = end;
    line_ += lines;
  }

  const Input& input_;
  const Blocks& blocks_;
  RecordLimits limits_;
  uint64_t at_;
  uint64_t line_;
  std::vector<Piece> pieces_;
  std::vector<char> buffer_;
  uint64_t buffer_begin_ = 0;
};

}  // namespace

Result<Blocks> scan_blocks(const Input& input, size_t block_bytes, size_t threads) {
  CHECK(block_bytes > kLookaheadBytes, "a block must hold a whole character");
  Blocks blocks;
  blocks.block_bytes = block_bytes;
  blocks.scans.resize((input.size_bytes() + block_bytes - 1) / block_bytes);
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> failure;
  const auto work = [&] {
    if (auto scanned = scan_some(input, next, blocks); !scanned) {
      const std::lock_guard lock(mutex);
      failure = std::move(scanned).error();
    }
  };
  {
    std::vector<std::jthread> helpers;
    const size_t useful = std::min(threads, blocks.scans.size());
    for (size_t i = 1; i < useful; ++i) helpers.emplace_back(work);
    work();
  }
  if (failure) return *std::move(failure);
  join_characters(blocks);
  return blocks;
}

Result<std::vector<Piece>> cut_into_pieces(const Input& input, const Blocks& blocks, const RecordLimits& limits,
                                           uint64_t offset, uint64_t line) {
  return Cutter(input, blocks, limits, offset, line).cut();
}

}  // namespace caudal::delivery
