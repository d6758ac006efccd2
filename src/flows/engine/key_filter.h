// SPDX-License-Identifier: Apache-2.0
// Which keys of a run's rows may have come before: a blocked Bloom filter over hashes of keys. It never misses a repeat
// and sometimes suspects a key that is new, so whoever asks looks at the suspects exactly, which are few.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace caudal::flows::engine {

// One thread's.
class KeyFilter {
 public:
  // With at most `expected_keys` keys, fewer than one new key in a hundred is suspected; with more, the share grows.
  // Takes two bytes for each, between 64 KiB and 256 MiB.
  explicit KeyFilter(uint64_t expected_keys);

  // Adds a key by its hash, all bits of which count. True when it may have been added before.
  bool add(uint64_t hash);
  // Adds many, several times as fast, because it does not wait for memory one key at a time; appends to `suspects`
  // those that may have been added before.
  void add(std::span<const uint64_t> hashes, std::vector<uint64_t>& suspects);

 private:
  // One cache line, within which all bits of a key lie.
  struct alignas(64) Block {
    std::array<uint64_t, 8> words = {};
  };
  // The upper half of a hash chooses the block.
  Block& block_of(uint64_t hash) { return blocks_[(hash >> 32) & (blocks_.size() - 1)]; }
  std::vector<Block> blocks_;  // a power of two
};

}  // namespace caudal::flows::engine
