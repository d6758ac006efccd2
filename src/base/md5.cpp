// SPDX-License-Identifier: Apache-2.0
// The same steps on a word, and on a vector with a word of each stream.
#include "base/md5.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"

// Compiled for what each kind of processor has; which it is, is found out while the program is loaded, before the
// thread sanitizer can be called.
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) && !__has_feature(thread_sanitizer)
#define CAUDAL_WIDEST_VECTORS __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define CAUDAL_WIDEST_VECTORS
#endif

namespace caudal {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read in little-endian order");

constexpr size_t kBlockBytes = 64;
constexpr size_t kWords = 16;
// Side by side all lanes are paid for, whether there is a stream in them or not.
constexpr size_t kWorthLanes = 4;
typedef uint32_t Vector __attribute__((vector_size(Md5::kLanes * sizeof(uint32_t))));

// RFC 1321, 3.4: of step i the integer part of 2^32 · |sin(i + 1)|, and the rotations of each round.
constexpr std::array<uint32_t, 64> kAdded = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr std::array<std::array<int, 4>, 4> kRotations = {
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

// Keeps the compiler from moving additions across: each step waits for the one before, so what does not depend on that
// one has to be summed up first.
inline __attribute__((always_inline)) void settle(uint32_t& word) { asm("" : "+r"(word)); }
inline __attribute__((always_inline)) void settle(Vector&) {}

// `b` is the result of the step before.
template <size_t kStep, class Word>
inline __attribute__((always_inline)) void step(Word& a, const Word& b, const Word& c, const Word& d,
                                                const Word* words) {
  constexpr size_t kRound = kStep / 16;
  constexpr std::array<size_t, 4> kFactor = {1, 5, 3, 7};
  constexpr std::array<size_t, 4> kOffset = {0, 1, 5, 0};
  constexpr size_t kWord = (kFactor[kRound] * kStep + kOffset[kRound]) % kWords;
  constexpr int kRotation = kRotations[kRound][kStep % 4];
  Word sum = a + kAdded[kStep] + words[kWord];
  if constexpr (kRound == 1) sum += c & ~d;
  settle(sum);
  if constexpr (kRound == 0) sum += d ^ (b & (c ^ d));
  if constexpr (kRound == 1) sum += b & d;
  if constexpr (kRound == 2) sum += b ^ (c ^ d);
  if constexpr (kRound == 3) sum += c ^ (b | ~d);
  sum = (sum << kRotation) | (sum >> (32 - kRotation));
  settle(sum);
  a = b + sum;
}

template <size_t kStep = 0, class Word>
inline __attribute__((always_inline)) void steps(Word& a, Word& b, Word& c, Word& d, const Word* words) {
  step<kStep>(a, b, c, d, words);
  step<kStep + 1>(d, a, b, c, words);
  step<kStep + 2>(c, d, a, b, words);
  step<kStep + 3>(b, c, d, a, words);
  if constexpr (kStep + 4 < 64) steps<kStep + 4>(a, b, c, d, words);
}

template <class Word>
inline __attribute__((always_inline)) void take_block(std::array<Word, 4>& state, const Word* words) {
  auto [a, b, c, d] = state;
  steps(a, b, c, d, words);
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

void take_blocks(std::array<uint32_t, 4>& state, const char* bytes, size_t blocks) {
  for (; blocks > 0; --blocks, bytes += kBlockBytes) {
    std::array<uint32_t, kWords> words;
    std::memcpy(words.data(), bytes, kBlockBytes);
    take_block(state, words.data());
  }
}

// `blocks` of each stream.
CAUDAL_WIDEST_VECTORS void take_blocks(std::array<Vector, 4>& state, std::array<const char*, Md5::kLanes> bytes,
                                       size_t blocks) {
  for (; blocks > 0; --blocks) {
    Vector vectors[kWords];
    for (size_t n = 0; n < kWords; ++n) {
      for (size_t lane = 0; lane < Md5::kLanes; ++lane) {
        uint32_t word;
        std::memcpy(&word, bytes[lane] + n * sizeof word, sizeof word);
        vectors[n][lane] = word;
      }
    }
    for (const char*& lane : bytes) lane += kBlockBytes;
    take_block(state, vectors);
  }
}

}  // namespace

std::string_view Md5::complete_block(std::string_view bytes) {
  const size_t held = size_bytes_ % kBlockBytes;
  size_bytes_ += bytes.size();
  if (held == 0) return bytes;
  const size_t taken = bytes.copy(begun_.data() + held, kBlockBytes - held);
  if (held + taken == kBlockBytes) take_blocks(state_, begun_.data(), 1);
  return bytes.substr(taken);
}

void Md5::keep(std::string_view rest) { rest.copy(begun_.data(), rest.size()); }

void Md5::take_rest(std::string_view rest) {
  const size_t blocks = rest.size() / kBlockBytes;
  take_blocks(state_, rest.data(), blocks);
  keep(rest.substr(blocks * kBlockBytes));
}

void Md5::update(std::string_view bytes) {
  const bool begun = size_bytes_ % kBlockBytes != 0;
  const std::string_view rest = complete_block(bytes);
  if (!begun || !rest.empty()) take_rest(rest);
}

void Md5::update_all(std::span<const Piece> pieces) {
  CHECK(pieces.size() <= kLanes, "more streams than lanes");
  std::array<Piece, kLanes> lanes;
  size_t count = 0;
  for (const Piece& piece : pieces) {
    const bool begun = piece.stream->size_bytes_ % kBlockBytes != 0;
    const std::string_view rest = piece.stream->complete_block(piece.bytes);
    if (!begun || !rest.empty()) lanes[count++] = {piece.stream, rest};
  }
  while (count >= kWorthLanes) count = update_side_by_side({lanes.data(), count});
  for (Piece& lane : std::span(lanes.data(), count)) lane.stream->take_rest(lane.bytes);
}

// As many blocks as all of them have. Those that have more come first afterwards: how many they are.
size_t Md5::update_side_by_side(std::span<Piece> lanes) {
  size_t blocks = SIZE_MAX;
  for (const Piece& lane : lanes) blocks = std::min(blocks, lane.bytes.size() / kBlockBytes);
  std::array<Vector, 4> state{};
  std::array<const char*, kLanes> bytes;
  for (size_t n = 0; n < kLanes; ++n) {
    const Piece& lane = lanes[std::min(n, lanes.size() - 1)];  // lanes without a stream do what the last one does
    bytes[n] = lane.bytes.data();
    for (size_t word = 0; word < state.size(); ++word) state[word][n] = lane.stream->state_[word];
  }
  take_blocks(state, bytes, blocks);
  size_t left = 0;
  for (size_t n = 0; n < lanes.size(); ++n) {
    Piece lane = lanes[n];
    for (size_t word = 0; word < state.size(); ++word) lane.stream->state_[word] = state[word][n];
    lane.bytes.remove_prefix(blocks * kBlockBytes);
    if (lane.bytes.size() < kBlockBytes) {
      lane.stream->keep(lane.bytes);
    } else {
      lanes[left++] = lane;
    }
  }
  return left;
}

std::string Md5::finish() {
  const uint64_t size_bits = size_bytes_ * 8;
  std::array<char, kBlockBytes> padding{};
  padding[0] = static_cast<char>(0x80);
  const size_t held = size_bytes_ % kBlockBytes;
  update({padding.data(), (held < 56 ? 56 : 120) - held});
  std::array<char, 8> size;
  std::memcpy(size.data(), &size_bits, size.size());
  update({size.data(), size.size()});
  std::string digest(16, '\0');
  std::memcpy(digest.data(), state_.data(), digest.size());
  return digest;
}

}  // namespace caudal
