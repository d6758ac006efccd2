// SPDX-License-Identifier: Apache-2.0
// How far collections of items are measured: that is done beside the write that asks for it, whatever their size.
#pragma once

#include <cstdint>

namespace caudal::items {

// A collection that is told to have so many bytes, or more, was not gone through to its end, and may have any number.
inline constexpr uint64_t kMostMeasuredBytes = uint64_t{64} << 20;
// Nor is one of so many rows, however small.
inline constexpr uint64_t kMostMeasuredRows = 100'000;

}  // namespace caudal::items
