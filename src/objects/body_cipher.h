// SPDX-License-Identifier: Apache-2.0
// Encrypted bodies: chunks of 64 KiB (the last one shorter) that are sealed each by itself, so that a range is read by
// opening what it touches. The nonce of a chunk is its number: every body has its own key, which is never used again.
// A chunk that was moved, changed or cut off does not open. Inside room objects only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "objects/aead.h"
#include "objects/key_ring.h"

namespace caudal::objects {

inline constexpr size_t kCipherChunkBytes = size_t{64} << 10;
inline constexpr size_t kSealedChunkBytes = kCipherChunkBytes + kTagBytes;

// Of a body of that size, encrypted.
constexpr uint64_t sealed_bytes(uint64_t size_bytes) {
  return size_bytes + kTagBytes * ((size_bytes + kCipherChunkBytes - 1) / kCipherChunkBytes);
}

// Not thread-safe.
class BodyCipher {
 public:
  // With a new key. Errors: key_unavailable (`ring` is nothing), those of the ring.
  static Result<BodyCipher> make(KeyRing* ring);
  // With the one that was wrapped.
  static Result<BodyCipher> open(KeyRing* ring, std::string_view wrapped_key);

  const std::string& wrapped_key() const { return wrapped_key_; }
  // Chunks from number `first` on; only the body's last may be short.
  std::string seal(uint64_t first, std::string_view plain);
  // Into `out`, which has room for the plain bytes: how many those are. Errors: corrupt.
  Result<size_t> open(uint64_t first, std::string_view sealed, char* out);

 private:
  BodyCipher(const Secret& key, std::string wrapped_key) : cipher_(key), wrapped_key_(std::move(wrapped_key)) {}
  Aes256Gcm cipher_;
  std::string wrapped_key_;
};

}  // namespace caudal::objects
