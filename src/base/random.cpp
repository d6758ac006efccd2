// SPDX-License-Identifier: Apache-2.0
// splitmix64 for repeatable streams, getrandom(2) for unguessable ones.
#include "base/random.h"

#include <sys/random.h>

#include <cerrno>

#include "base/check.h"

namespace caudal {
namespace {

void fill_random(void* data, size_t size_bytes) {
  auto* out = static_cast<unsigned char*>(data);
  while (size_bytes > 0) {
    const ssize_t got = getrandom(out, size_bytes, 0);
    CHECK(got > 0 || errno == EINTR, "the operating system gave no random bytes");
    if (got <= 0) continue;
    out += got;
    size_bytes -= static_cast<size_t>(got);
  }
}

}  // namespace

uint64_t Random::next() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

uint64_t Random::below(uint64_t bound) {
  CHECK(bound > 0, "Random::below needs a positive bound");
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
}

int64_t Random::between(int64_t low, int64_t high) {
  CHECK(low <= high, "Random::between needs low <= high");
  return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
}

double Random::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::string secure_random_hex(size_t size_bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string bytes(size_bytes, '\0');
  fill_random(bytes.data(), size_bytes);
  std::string hex;
  hex.reserve(size_bytes * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

uint64_t secure_random_u64() {
  uint64_t value = 0;
  fill_random(&value, sizeof value);
  return value;
}

}  // namespace caudal
