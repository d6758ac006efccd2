// SPDX-License-Identifier: Apache-2.0
// Ids and secrets of the shapes that AWS's have, which tools check.
#include "access/entropy.h"

#include "base/encoding.h"
#include "base/random.h"

namespace caudal::access {

Entropy system_entropy() {
  return [](size_t size_bytes) {
    std::string hex = secure_random_hex(size_bytes);
    std::string bytes = *from_hex(hex);
    wipe(hex);
    return bytes;
  };
}

std::string make_id(std::string_view prefix, const Entropy& entropy) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  constexpr size_t kIdBytes = 20;
  std::string id(prefix);
  // 32 divides 256, so every digit is as likely as any other.
  for (const char byte : entropy(kIdBytes - prefix.size())) id += kDigits[static_cast<unsigned char>(byte) % 32];
  return id;
}

Secret make_secret(const Entropy& entropy) {
  constexpr size_t kSecretBytes = 30;
  std::string bytes = entropy(kSecretBytes);
  Secret secret(to_base64(bytes));
  wipe(bytes);
  return secret;
}

}  // namespace caudal::access
