// SPDX-License-Identifier: Apache-2.0
// What requests cost, in DynamoDB's units: a write for each KB begun, a read for each 4 KB begun, half of that when it
// need not be consistent, twice either in a transaction.
#pragma once

#include <cstddef>
#include <cstdint>

namespace caudal::items {

inline constexpr size_t kWriteUnitBytes = 1024;
inline constexpr size_t kReadUnitBytes = 4096;

// At least one unit: writing nothing, or what is not there, costs as much.
constexpr uint64_t write_units(size_t size_bytes) {
  return size_bytes <= kWriteUnitBytes ? 1 : (size_bytes + kWriteUnitBytes - 1) / kWriteUnitBytes;
}
constexpr uint64_t read_halves(size_t size_bytes, bool is_consistent) {
  const uint64_t units = size_bytes <= kReadUnitBytes ? 1 : (size_bytes + kReadUnitBytes - 1) / kReadUnitBytes;
  return is_consistent ? 2 * units : units;
}

}  // namespace caudal::items
