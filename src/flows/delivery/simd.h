// SPDX-License-Identifier: Apache-2.0
// Sixty-four bytes at a time: which of them equal a given byte. SSE2 where there is one (every x86-64), else plain code
// that compilers turn into vectors. Bit i of a mask stands for byte i.
#pragma once

#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace caudal::delivery {

// 64 bytes loaded once and compared several times. `bytes` must be readable for 64 bytes.
class Chunk64 {
 public:
  explicit Chunk64(const char* bytes) {
#ifdef __SSE2__
    for (int i = 0; i < 4; ++i) parts_[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
#else
    std::memcpy(bytes_, bytes, 64);
#endif
  }

  uint64_t equal_to(char byte) const {
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi8(byte);
    uint64_t mask = 0;
    for (int i = 0; i < 4; ++i) {
      mask |= uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(parts_[i], wanted)))} << (16 * i);
    }
    return mask;
#else
    uint64_t mask = 0;
    for (int i = 0; i < 64; ++i) mask |= uint64_t{bytes_[i] == byte} << i;
    return mask;
#endif
  }

  // Bytes of 0x80 and above.
  uint64_t non_ascii() const {
    uint64_t mask = 0;
#ifdef __SSE2__
    for (int i = 0; i < 4; ++i) mask |= uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(parts_[i]))} << (16 * i);
#else
    for (int i = 0; i < 64; ++i) mask |= uint64_t{(static_cast<uint8_t>(bytes_[i]) & 0x80) != 0} << i;
#endif
    return mask;
  }

 private:
#ifdef __SSE2__
  __m128i parts_[4];
#else
  char bytes_[64];
#endif
};

}  // namespace caudal::delivery
