// SPDX-License-Identifier: Apache-2.0
// Digests by OpenSSL: MD5, SHA-1 and SHA-256 of a stream, HMAC-SHA256, and a comparison that takes the same time
// whatever differs. Results are raw bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace caudal {

enum class DigestAlgorithm : uint8_t { kMd5, kSha1, kSha256 };

// Not thread-safe. After finish() it begins anew. Costs no memory but its own.
class Digest {
 public:
  explicit Digest(DigestAlgorithm algorithm);
  void update(std::string_view bytes);
  std::string finish();

 private:
  void begin();
  DigestAlgorithm algorithm_;
  alignas(8) std::array<std::byte, 112> state_;  // OpenSSL's
};

using Sha256 = std::array<char, 32>;
inline std::string_view view(const Sha256& digest) { return {digest.data(), digest.size()}; }

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view message);

// Whether `a` is `b`, in time that depends on their lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace caudal
