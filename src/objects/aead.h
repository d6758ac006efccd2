// SPDX-License-Identifier: Apache-2.0
// AES-256-GCM by OpenSSL: secrecy, and any change of a single bit is noticed. One key and one nonce must never meet
// twice with different bytes; seeing to that is the business of the callers. Inside room objects only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace caudal::objects {

inline constexpr size_t kSecretBytes = 32;
inline constexpr size_t kTagBytes = 16;
inline constexpr size_t kNonceBytes = 12;
using Nonce = std::array<char, kNonceBytes>;

// A key in memory, wiped when it goes.
class Secret {
 public:
  // Of the operating system's randomness.
  static Secret random();
  // `bytes` has kSecretBytes.
  explicit Secret(std::string_view bytes);
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret();
  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::array<char, kSecretBytes> bytes_;
};

// Not thread-safe.
class Aes256Gcm {
 public:
  explicit Aes256Gcm(const Secret& key);
  Aes256Gcm(Aes256Gcm&&) noexcept;
  Aes256Gcm& operator=(Aes256Gcm&&) noexcept;
  ~Aes256Gcm();
  // Writes plain.size() + kTagBytes to `out`. `label` is not hidden, but must be the same to open.
  void seal(const Nonce& nonce, std::string_view label, std::string_view plain, char* out);
  // Writes sealed.size() - kTagBytes to `out`. False: not what was sealed; then nothing in `out` may be used.
  bool open(const Nonce& nonce, std::string_view label, std::string_view sealed, char* out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::objects
