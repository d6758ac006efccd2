// SPDX-License-Identifier: Apache-2.0
// Sixteen bytes a step by tables, for every processor; and folding by carry-less multiplication where there is one.
#include "base/crc.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace caudal {
namespace {

static_assert(std::endian::native == std::endian::little, "the tables are read in little-endian order");

constexpr size_t kStep = 16;
template <class Word>
using Tables = std::array<std::array<Word, 256>, kStep>;

// tables[k][b]: the effect of byte b followed by k zero bytes.
template <class Word>
constexpr Tables<Word> make_tables(Word polynomial) {
  Tables<Word> tables{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    Word crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t k = 1; k < kStep; ++k) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const Word before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables<uint32_t> kCrc32Tables = make_tables(kCrc32Polynomial);
constexpr Tables<uint32_t> kCrc32cTables = make_tables(kCrc32cPolynomial);
constexpr Tables<uint64_t> kCrc64NvmeTables = make_tables(kCrc64NvmePolynomial);

// `state` is the inverted CRC.
template <class Word>
Word update(const Tables<Word>& tables, Word state, std::string_view bytes) {
  while (bytes.size() >= kStep) {
    std::array<unsigned char, kStep> block;
    std::memcpy(block.data(), bytes.data(), kStep);
    for (size_t i = 0; i < sizeof(Word); ++i) block[i] ^= static_cast<unsigned char>(state >> (8 * i));
    state = 0;
    for (size_t i = 0; i < kStep; ++i) state ^= tables[kStep - 1 - i][block[i]];
    bytes.remove_prefix(kStep);
  }
  for (const char c : bytes) state = (state >> 8) ^ tables[0][(state ^ static_cast<unsigned char>(c)) & 0xff];
  return state;
}

// Product of two polynomials modulo the CRC's; bit 0 of a word is its highest power. `polynomial` lacks the leading
// term.
template <class Word>
constexpr Word multiply(Word polynomial, Word a, Word b) {
  constexpr Word kOne = Word{1} << (sizeof(Word) * 8 - 1);
  Word product = 0;
  for (Word bit = kOne; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = (b >> 1) ^ ((b & 1) != 0 ? polynomial : 0);
  }
  return product;
}

// x to the power of `exponent`, modulo the polynomial.
template <class Word>
constexpr Word power_of_x(Word polynomial, uint64_t exponent) {
  constexpr Word kOne = Word{1} << (sizeof(Word) * 8 - 1);
  Word result = kOne;
  for (Word square = kOne >> 1; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = multiply(polynomial, result, square);
    square = multiply(polynomial, square, square);
  }
  return result;
}

// The inversions at both ends cancel out.
template <class Word>
Word combined(Word polynomial, Word a, Word b, uint64_t size_of_b_bytes) {
  Word shift = power_of_x(polynomial, 8);
  Word power = Word{1} << (sizeof(Word) * 8 - 1);
  for (uint64_t left = size_of_b_bytes; left != 0; left >>= 1) {
    if ((left & 1) != 0) power = multiply(polynomial, power, shift);
    shift = multiply(polynomial, shift, shift);
  }
  return multiply(polynomial, power, a) ^ b;
}

#if defined(__x86_64__)

// Folding ("Fast CRC Computation for Generic Polynomials Using PCLMULQDQ", Gopal et al., Intel 2009), in the reflected
// form: of a 128-bit remainder R = low·x^64 + high, moved by n bits, low is worth low·(x^(n+64) mod P) and high is
// worth high·(x^n mod P). A product of reflected words comes out one bit short, hence the exponents less one.
// A factor of 32 bits is the upper half of a word.
template <class Word>
constexpr int64_t fold_factor(Word polynomial, uint64_t bits) {
  return static_cast<int64_t>(uint64_t{power_of_x(polynomial, bits - 1)} << (64 - 8 * sizeof(Word)));
}

__attribute__((target("pclmul,sse4.1"))) inline __m128i fold(__m128i remainder, __m128i factors, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(remainder, factors, 0x00);
  const __m128i high = _mm_clmulepi64_si128(remainder, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

// What 64 bytes come to, in four lanes of 16, and with them all before.
struct Lanes {
  __m128i first, second, third, fourth;
};

// Of `lanes` and the bytes after them, whose last 16 to 31 go through the tables.
template <class Word, Word kPolynomial>
__attribute__((target("pclmul,sse4.1"))) Word folded(const Tables<Word>& tables, const Lanes& lanes,
                                                     std::string_view bytes) {
  const auto load = [&bytes](size_t at) __attribute__((target("pclmul,sse4.1"))) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + at));
  };
  // Constants by name: as plain arguments they would be computed at each call, which costs more than 4 KiB of folding.
  constexpr int64_t kBy576 = fold_factor(kPolynomial, 576);
  constexpr int64_t kBy512 = fold_factor(kPolynomial, 512);
  constexpr int64_t kBy192 = fold_factor(kPolynomial, 192);
  constexpr int64_t kBy128 = fold_factor(kPolynomial, 128);
  const __m128i by_64 = _mm_set_epi64x(kBy512, kBy576);
  const __m128i by_16 = _mm_set_epi64x(kBy128, kBy192);
  __m128i lane0 = lanes.first;
  __m128i lane1 = lanes.second;
  __m128i lane2 = lanes.third;
  __m128i lane3 = lanes.fourth;
  while (bytes.size() >= 64) {
    lane0 = fold(lane0, by_64, load(0));
    lane1 = fold(lane1, by_64, load(16));
    lane2 = fold(lane2, by_64, load(32));
    lane3 = fold(lane3, by_64, load(48));
    bytes.remove_prefix(64);
  }
  const __m128i remainder = fold(fold(fold(lane0, by_16, lane1), by_16, lane2), by_16, lane3);
  // The remainder stands for all bytes so far: its CRC from zero is theirs.
  std::array<char, 16> last;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(last.data()), remainder);
  return update(tables, update(tables, Word{0}, {last.data(), last.size()}), bytes);
}

// At least 64 bytes.
template <class Word, Word kPolynomial>
__attribute__((target("sse4.1"))) Word folded(const Tables<Word>& tables, Word state, std::string_view bytes) {
  Lanes lanes;
  std::memcpy(&lanes, bytes.data(), sizeof lanes);
  lanes.first = _mm_xor_si128(lanes.first, _mm_set_epi64x(0, static_cast<int64_t>(uint64_t{state})));
  return folded<Word, kPolynomial>(tables, lanes, bytes.substr(sizeof lanes));
}

__attribute__((target("avx512f,vpclmulqdq"))) inline __m512i fold(__m512i remainder, __m512i factors, __m512i next) {
  constexpr int kXorOfThree = 0x96;
  const __m512i low = _mm512_clmulepi64_epi128(remainder, factors, 0x00);
  const __m512i high = _mm512_clmulepi64_epi128(remainder, factors, 0x11);
  return _mm512_ternarylogic_epi64(low, high, next, kXorOfThree);
}

// The same with four times as much in a register. At least 256 bytes.
template <class Word, Word kPolynomial>
__attribute__((target("avx512f,vpclmulqdq"))) Word folded_wide(const Tables<Word>& tables, Word state,
                                                               std::string_view bytes) {
  const auto load = [&bytes](size_t at)
                        __attribute__((target("avx512f,vpclmulqdq"))) { return _mm512_loadu_si512(bytes.data() + at); };
  constexpr int64_t kBy2112 = fold_factor(kPolynomial, 2112);
  constexpr int64_t kBy2048 = fold_factor(kPolynomial, 2048);
  constexpr int64_t kBy576 = fold_factor(kPolynomial, 576);
  constexpr int64_t kBy512 = fold_factor(kPolynomial, 512);
  const __m512i by_256 = _mm512_set4_epi64(kBy2048, kBy2112, kBy2048, kBy2112);
  const __m512i by_64 = _mm512_set4_epi64(kBy512, kBy576, kBy512, kBy576);
  const __m512i begun = _mm512_maskz_set1_epi64(1, static_cast<int64_t>(uint64_t{state}));
  __m512i wide0 = _mm512_xor_si512(load(0), begun);
  __m512i wide1 = load(64);
  __m512i wide2 = load(128);
  __m512i wide3 = load(192);
  bytes.remove_prefix(256);
  while (bytes.size() >= 256) {
    wide0 = fold(wide0, by_256, load(0));
    wide1 = fold(wide1, by_256, load(64));
    wide2 = fold(wide2, by_256, load(128));
    wide3 = fold(wide3, by_256, load(192));
    bytes.remove_prefix(256);
  }
  const __m512i together = fold(fold(fold(wide0, by_64, wide1), by_64, wide2), by_64, wide3);
  Lanes lanes;
  _mm512_storeu_si512(&lanes, together);
  return folded<Word, kPolynomial>(tables, lanes, bytes);
}

bool can_fold() {
  static const bool can = __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0;
  return can;
}

bool can_fold_wide() {
  static const bool can =
      can_fold() && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("vpclmulqdq") != 0;
  return can;
}

#endif

template <class Word, Word kPolynomial>
Word continued(const Tables<Word>& tables, Word crc, std::string_view bytes) {
#if defined(__x86_64__)
  if (bytes.size() >= 256 && can_fold_wide()) return ~folded_wide<Word, kPolynomial>(tables, ~crc, bytes);
  if (bytes.size() >= 64 && can_fold()) return ~folded<Word, kPolynomial>(tables, ~crc, bytes);
#endif
  return ~update(tables, ~crc, bytes);
}

}  // namespace

uint32_t crc32(uint32_t crc, std::string_view bytes) {
  return continued<uint32_t, kCrc32Polynomial>(kCrc32Tables, crc, bytes);
}
uint32_t crc32c(uint32_t crc, std::string_view bytes) {
  return continued<uint32_t, kCrc32cPolynomial>(kCrc32cTables, crc, bytes);
}
uint64_t crc64_nvme(uint64_t crc, std::string_view bytes) {
  return continued<uint64_t, kCrc64NvmePolynomial>(kCrc64NvmeTables, crc, bytes);
}

uint32_t crc32_combine(uint32_t a, uint32_t b, uint64_t size_of_b_bytes) {
  return combined(kCrc32Polynomial, a, b, size_of_b_bytes);
}
uint32_t crc32c_combine(uint32_t a, uint32_t b, uint64_t size_of_b_bytes) {
  return combined(kCrc32cPolynomial, a, b, size_of_b_bytes);
}
uint64_t crc64_nvme_combine(uint64_t a, uint64_t b, uint64_t size_of_b_bytes) {
  return combined(kCrc64NvmePolynomial, a, b, size_of_b_bytes);
}

}  // namespace caudal
