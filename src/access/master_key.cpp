// SPDX-License-Identifier: Apache-2.0
// OpenSSL's AES-256-GCM.
#include "access/master_key.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <memory>

#include "access/errors.h"
#include "access/private_file.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/encoding.h"

namespace caudal::access {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kNonceBytes = 12;
constexpr int kTagBytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher new_cipher() {
  Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  CHECK(cipher != nullptr, "OpenSSL has no memory for a cipher");
  return cipher;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

Result<MasterKey> MasterKey::open(const std::filesystem::path& file, Missing missing, Entropy entropy) {
  if (auto content = TRY(read_private_file(file))) {
    std::string_view text = content->reveal();
    while (text.ends_with('\n')) text.remove_suffix(1);
    auto key = from_hex(text);
    if (!key || key->size() != kKeyBytes) {
      return Error{Errc::corrupt, fmt::format("{} is not {} hexadecimal digits; restore it from a backup",
                                              file.string(), 2 * kKeyBytes)};
    }
    return MasterKey(Secret(std::move(*key)), std::move(entropy));
  }
  if (missing == Missing::kRefuse) {
    return Error{Errc::wrong_master_key,
                 fmt::format("the master key {} is missing, but keys are sealed under it; restore it from a backup",
                             file.string())};
  }
  Secret key(entropy(kKeyBytes));
  std::string text = to_hex(key.reveal()) + '\n';
  const auto written = write_private_file(file, text);
  wipe(text);
  if (!written) return written.error();
  return MasterKey(std::move(key), std::move(entropy));
}

std::string MasterKey::seal(std::string_view purpose, std::string_view plain) const {
  const std::string nonce = entropy_(kNonceBytes);
  std::string sealed(plain.size() + kTagBytes, '\0');
  const Cipher cipher = new_cipher();
  int size = 0;
  bool good =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_.reveal()), bytes_of(nonce)) == 1;
  good =
      good && EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes_of(purpose), static_cast<int>(purpose.size())) == 1;
  good = good &&
         EVP_EncryptUpdate(cipher.get(), bytes_of(sealed), &size, bytes_of(plain), static_cast<int>(plain.size())) == 1;
  good = good && EVP_EncryptFinal_ex(cipher.get(), bytes_of(sealed) + size, &size) == 1;
  good =
      good && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, bytes_of(sealed) + plain.size()) == 1;
  CHECK(good, "OpenSSL cannot encrypt");
  return nonce + sealed;
}

Result<Secret> MasterKey::unseal(std::string_view purpose, std::string_view sealed) const {
  const Error refused{Errc::wrong_master_key,
                      fmt::format("what is sealed as '{}' does not open: the master key is another one than it was "
                                  "sealed under, or it is damaged; restore the master key, or both, from a backup",
                                  purpose)};
  if (sealed.size() < kNonceBytes + kTagBytes) return refused;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view body = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plain(body.size(), '\0');
  const Cipher cipher = new_cipher();
  int size = 0;
  bool good =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_.reveal()), bytes_of(nonce)) == 1;
  good =
      good && EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes_of(purpose), static_cast<int>(purpose.size())) == 1;
  good = good &&
         EVP_DecryptUpdate(cipher.get(), bytes_of(plain), &size, bytes_of(body), static_cast<int>(body.size())) == 1;
  good = good && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, bytes_of(tag)) == 1;
  good = good && EVP_DecryptFinal_ex(cipher.get(), bytes_of(plain) + size, &size) == 1;
  Secret secret(std::move(plain));
  if (!good) return refused;
  return secret;
}

Secret MasterKey::derive(std::string_view purpose) const {
  const Sha256 derived = hmac_sha256(key_.reveal(), fmt::format("caudal/derive/{}", purpose));
  return Secret(view(derived));
}

}  // namespace caudal::access
