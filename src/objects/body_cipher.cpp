// SPDX-License-Identifier: Apache-2.0
// Sealing and opening chunks.
#include "objects/body_cipher.h"

#include <fmt/format.h>

#include <algorithm>

#include "objects/errc.h"

namespace caudal::objects {
namespace {

constexpr std::string_view kLabel = "caudal body 1";

Nonce nonce_of(uint64_t chunk) {
  Nonce nonce = {};
  for (size_t i = 0; i < sizeof chunk; ++i) nonce[kNonceBytes - 1 - i] = static_cast<char>(chunk >> (8 * i));
  return nonce;
}

Error no_ring() {
  return {Errc::key_unavailable, "there is no master key for encrypted objects; configure its file, and start again"};
}

}  // namespace

Result<BodyCipher> BodyCipher::make(KeyRing* ring) {
  if (ring == nullptr) return no_ring();
  const Secret key = Secret::random();
  return BodyCipher(key, TRY(ring->wrap(key)));
}

Result<BodyCipher> BodyCipher::open(KeyRing* ring, std::string_view wrapped_key) {
  if (ring == nullptr) return no_ring();
  return BodyCipher(TRY(ring->unwrap(wrapped_key)), std::string(wrapped_key));
}

std::string BodyCipher::seal(uint64_t first, std::string_view plain) {
  std::string sealed(sealed_bytes(plain.size()), '\0');
  char* out = sealed.data();
  for (; !plain.empty(); ++first) {
    const std::string_view chunk = plain.substr(0, kCipherChunkBytes);
    cipher_.seal(nonce_of(first), kLabel, chunk, out);
    out += chunk.size() + kTagBytes;
    plain.remove_prefix(chunk.size());
  }
  return sealed;
}

Result<size_t> BodyCipher::open(uint64_t first, std::string_view sealed, char* out) {
  size_t opened = 0;
  for (; !sealed.empty(); ++first) {
    const std::string_view chunk = sealed.substr(0, kSealedChunkBytes);
    if (!cipher_.open(nonce_of(first), kLabel, chunk, out + opened)) {
      return Error{
          Errc::corrupt,
          fmt::format("chunk {} of an encrypted body is not what was written; restore it from a backup", first)};
    }
    opened += chunk.size() - kTagBytes;
    sealed.remove_prefix(chunk.size());
  }
  return opened;
}

}  // namespace caudal::objects
