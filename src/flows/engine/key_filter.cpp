// SPDX-License-Identifier: Apache-2.0
#include "flows/engine/key_filter.h"

#include <algorithm>
#include <bit>

namespace caudal::flows::engine {
namespace {

constexpr uint64_t kBytesPerKey = 2;
constexpr uint64_t kLeastBytes = uint64_t{64} << 10;
constexpr uint64_t kMostBytes = uint64_t{256} << 20;
constexpr int kBitsOfAKey = 6;

}  // namespace

KeyFilter::KeyFilter(uint64_t expected_keys)
    : blocks_(std::bit_ceil(std::clamp(std::min(expected_keys, kMostBytes) * kBytesPerKey, kLeastBytes, kMostBytes)) /
              sizeof(Block)) {}

bool KeyFilter::add(uint64_t hash) {
  Block& block = block_of(hash);
  // The lower half, spread by an odd number, gives the bits, nine for each.
  uint64_t bits = (hash & 0xFFFF'FFFF) * 0x9E37'79B9'7F4A'7C15;
  bool known = true;
  for (int i = 0; i < kBitsOfAKey; ++i) {
    const uint64_t at = bits >> 55;
    bits <<= 9;
    uint64_t& word = block.words[at >> 6];
    const uint64_t mask = uint64_t{1} << (at & 63);
    known = known && (word & mask) != 0;
    word |= mask;
  }
  return known;
}

void KeyFilter::add(std::span<const uint64_t> hashes, std::vector<uint64_t>& suspects) {
  constexpr size_t kAhead = 16;
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (i + kAhead < hashes.size()) __builtin_prefetch(&block_of(hashes[i + kAhead]), 1);
    if (add(hashes[i])) suspects.push_back(hashes[i]);
  }
}

}  // namespace caudal::flows::engine
