// SPDX-License-Identifier: Apache-2.0
#include "flows/engine/key_filter.h"

#include <algorithm>

namespace caudal::flows::engine {
namespace {

constexpr uint64_t kLeastBlocks = uint64_t{1} << 10;
constexpr uint64_t kMostBlocks = uint64_t{1} << 24;
// A key whose block is full goes to one of the next, and nearly always to the very next. Where all of these are full
// the filter is, and from then on suspects every key, without looking through full blocks for each.
constexpr size_t kBlocksOfAKey = 64;

}  // namespace

// Four places in five are taken when all expected keys are here.
KeyFilter::KeyFilter(uint64_t expected_keys)
    : blocks_(std::clamp(std::min(expected_keys / 48, kMostBlocks) * 5, kLeastBlocks, kMostBlocks)) {}

// The upper half of a product that every bit of the hash goes into, as a share of the blocks.
size_t KeyFilter::home_of(uint64_t hash) const {
  const uint64_t spread = hash * 0x9E37'79B9'7F4A'7C15;
  return static_cast<size_t>(((spread >> 32) * blocks_.size()) >> 32);
}

KeyFilter::Place KeyFilter::put(Block& block, uint32_t low, uint8_t high) {
  size_t same = 0;
  size_t kept = 0;
  for (const uint32_t other : block.low) {  // without a branch, so that it is done by vectors
    same += other == low ? 1 : 0;
    kept += other != 0 ? 1 : 0;
  }
  for (size_t i = 0; same > 0 && i < kept; ++i) {
    if (block.low[i] == low && block.high[i] == high) return Place::kHeld;
  }
  if (kept == block.low.size()) return Place::kFull;
  block.low[kept] = low;
  block.high[kept] = high;
  return Place::kTaken;
}

bool KeyFilter::add(uint64_t hash) {
  if (is_full_) return true;
  const auto low = std::max<uint32_t>(1, static_cast<uint32_t>(hash));
  const auto high = static_cast<uint8_t>(hash >> 32);
  size_t at = home_of(hash);
  for (size_t tried = 0; tried < kBlocksOfAKey; ++tried) {
    const Place place = put(blocks_[at], low, high);
    if (place != Place::kFull) return place == Place::kHeld;
    at = at + 1 == blocks_.size() ? 0 : at + 1;
  }
  is_full_ = true;
  return true;
}

void KeyFilter::add(std::span<const uint64_t> hashes, std::vector<uint64_t>& suspects) {
  constexpr size_t kAhead = 16;
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (i + kAhead < hashes.size()) __builtin_prefetch(&blocks_[home_of(hashes[i + kAhead])], 1);
    if (add(hashes[i])) suspects.push_back(hashes[i]);
  }
}

}  // namespace caudal::flows::engine
