// SPDX-License-Identifier: Apache-2.0
// OpenSSL's EVP. Its calls fail only for want of memory or when they are used wrongly.
#include "objects/aead.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"
#include "base/random.h"

namespace caudal::objects {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(char* text) { return reinterpret_cast<unsigned char*>(text); }

void require(int answer) { CHECK(answer == 1, "OpenSSL refuses AES-256-GCM"); }

}  // namespace

Secret Secret::random() { return Secret(*from_hex(secure_random_hex(kSecretBytes))); }

Secret::Secret(std::string_view bytes) {
  CHECK(bytes.size() == kSecretBytes, "a key of AES-256 has 32 bytes");
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

Secret::~Secret() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

struct Aes256Gcm::Impl {
  EVP_CIPHER_CTX* sealing = EVP_CIPHER_CTX_new();
  EVP_CIPHER_CTX* opening = EVP_CIPHER_CTX_new();
  ~Impl() {
    EVP_CIPHER_CTX_free(sealing);
    EVP_CIPHER_CTX_free(opening);
  }
};

Aes256Gcm::Aes256Gcm(const Secret& key) : impl_(std::make_unique<Impl>()) {
  CHECK(impl_->sealing != nullptr && impl_->opening != nullptr, "no memory for a cipher");
  require(EVP_EncryptInit_ex(impl_->sealing, EVP_aes_256_gcm(), nullptr, bytes_of(key.bytes()), nullptr));
  require(EVP_DecryptInit_ex(impl_->opening, EVP_aes_256_gcm(), nullptr, bytes_of(key.bytes()), nullptr));
}

Aes256Gcm::Aes256Gcm(Aes256Gcm&&) noexcept = default;
Aes256Gcm& Aes256Gcm::operator=(Aes256Gcm&&) noexcept = default;
Aes256Gcm::~Aes256Gcm() = default;

void Aes256Gcm::seal(const Nonce& nonce, std::string_view label, std::string_view plain, char* out) {
  EVP_CIPHER_CTX* const context = impl_->sealing;
  int length = 0;
  require(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, bytes_of({nonce.data(), nonce.size()})));
  require(EVP_EncryptUpdate(context, nullptr, &length, bytes_of(label), static_cast<int>(label.size())));
  require(EVP_EncryptUpdate(context, bytes_of(out), &length, bytes_of(plain), static_cast<int>(plain.size())));
  require(EVP_EncryptFinal_ex(context, bytes_of(out) + length, &length));
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, out + plain.size()));
}

bool Aes256Gcm::open(const Nonce& nonce, std::string_view label, std::string_view sealed, char* out) {
  if (sealed.size() < kTagBytes) return false;
  EVP_CIPHER_CTX* const context = impl_->opening;
  const std::string_view hidden = sealed.substr(0, sealed.size() - kTagBytes);
  std::array<char, kTagBytes> tag;
  sealed.copy(tag.data(), tag.size(), hidden.size());
  int length = 0;
  require(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, bytes_of({nonce.data(), nonce.size()})));
  require(EVP_DecryptUpdate(context, nullptr, &length, bytes_of(label), static_cast<int>(label.size())));
  require(EVP_DecryptUpdate(context, bytes_of(out), &length, bytes_of(hidden), static_cast<int>(hidden.size())));
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()));
  return EVP_DecryptFinal_ex(context, bytes_of(out) + length, &length) == 1;
}

}  // namespace caudal::objects
