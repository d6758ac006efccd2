// SPDX-License-Identifier: Apache-2.0
// Which keys of a run's rows may have come before: of every key 40 bits of its hash are kept, where the hash says. It
// never misses a repeat, and of a hundred million new keys it nearly always suspects none, so that nothing has to be
// looked up at all. Whoever asks looks at the suspects exactly.
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
  // With more than `expected_keys` keys, or more than 160 million, sooner or later every one is suspected. Takes seven
  // bytes for each, between 64 KiB and 1 GiB.
  explicit KeyFilter(uint64_t expected_keys);

  // Adds a key by its hash, all bits of which count. True when it may have been added before.
  bool add(uint64_t hash);
  // Adds many, several times as fast, because it does not wait for memory one key at a time; appends to `suspects`
  // those that may have been added before.
  void add(std::span<const uint64_t> hashes, std::vector<uint64_t>& suspects);

 private:
  // One cache line of tags, in two parts and in the order they came; a low part of 0 is a free place.
  struct alignas(64) Block {
    std::array<uint32_t, 12> low = {};
    std::array<uint8_t, 12> high = {};
  };
  static_assert(sizeof(Block) == 64);
  enum class Place { kTaken, kHeld, kFull };
  static Place put(Block& block, uint32_t low, uint8_t high);
  size_t home_of(uint64_t hash) const;
  std::vector<Block> blocks_;
  bool is_full_ = false;  // a key found no place
};

}  // namespace caudal::flows::engine
