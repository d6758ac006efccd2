// SPDX-License-Identifier: Apache-2.0
// Randomness comes in through constructors too. Random is the same on every machine for one seed (unlike <random>'s
// distributions); it is not for secrets.
#pragma once

#include <cstdint>
#include <string>

namespace caudal {

// splitmix64 (Steele, Lea, Flood 2014). Not thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  // Uniform in [0, bound); bound > 0.
  uint64_t below(uint64_t bound);
  // Uniform in [low, high].
  int64_t between(int64_t low, int64_t high);
  // Uniform in [0, 1), 53 bits.
  double unit();
  bool chance(double probability) { return unit() < probability; }

 private:
  uint64_t state_;
};

// `size_bytes` bytes of the operating system's randomness, as lower-case hexadecimal.
std::string secure_random_hex(size_t size_bytes);
uint64_t secure_random_u64();

}  // namespace caudal
