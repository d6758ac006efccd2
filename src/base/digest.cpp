// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/check.h"

namespace caudal {
namespace {

// Fetched once each: OpenSSL 3 looks EVP_sha256() and its like up anew at every use, which costs more than hashing a
// short text. They are never freed.
const EVP_MD* fetched(DigestAlgorithm algorithm) {
  static const std::array<const EVP_MD*, 3> all = {EVP_MD_fetch(nullptr, "MD5", nullptr),
                                                   EVP_MD_fetch(nullptr, "SHA1", nullptr),
                                                   EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  const EVP_MD* one = all.at(static_cast<size_t>(algorithm));
  CHECK(one != nullptr, "OpenSSL has no such digest");
  return one;
}

// One hash after the other with the same memory. Its calls fail only without memory.
class Context {
 public:
  explicit Context(DigestAlgorithm algorithm) : algorithm_(fetched(algorithm)), context_(EVP_MD_CTX_new()) {
    CHECK(context_ != nullptr, "no memory for a digest");
    begin();
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(context_); }

  void begin() { CHECK(EVP_DigestInit_ex2(context_, algorithm_, nullptr) == 1, "OpenSSL cannot begin a digest"); }
  void update(std::string_view bytes) {
    CHECK(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1, "OpenSSL cannot digest");
  }
  // `out` has room for EVP_MAX_MD_SIZE, or for the algorithm's size. The number of bytes written.
  size_t finish(char* out) {
    unsigned size_bytes = 0;
    CHECK(EVP_DigestFinal_ex(context_, reinterpret_cast<unsigned char*>(out), &size_bytes) == 1,
          "OpenSSL cannot finish a digest");
    return size_bytes;
  }

 private:
  const EVP_MD* algorithm_;
  EVP_MD_CTX* context_;
};

}  // namespace

struct Digest::Impl : Context {
  using Context::Context;
};

Digest::Digest(DigestAlgorithm algorithm) : impl_(std::make_unique<Impl>(algorithm)) {}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(std::string_view bytes) { impl_->update(bytes); }

std::string Digest::finish() {
  std::array<char, EVP_MAX_MD_SIZE> out;
  const size_t size_bytes = impl_->finish(out.data());
  impl_->begin();
  return {out.data(), size_bytes};
}

Sha256 sha256(std::string_view bytes) {
  Context context(DigestAlgorithm::kSha256);
  context.update(bytes);
  Sha256 out;
  context.finish(out.data());
  return out;
}

// RFC 2104. By hand, because OpenSSL's own HMAC allocates and copies several contexts for each message.
Sha256 hmac_sha256(std::string_view key, std::string_view message) {
  constexpr size_t kBlockBytes = 64;
  std::array<char, kBlockBytes> padded{};
  Sha256 short_key;
  if (key.size() > kBlockBytes) {
    short_key = sha256(key);
    key = view(short_key);
  }
  key.copy(padded.data(), key.size());
  for (char& c : padded) c = static_cast<char>(c ^ 0x36);
  Context context(DigestAlgorithm::kSha256);
  context.update({padded.data(), padded.size()});
  context.update(message);
  Sha256 out;
  context.finish(out.data());
  for (char& c : padded) c = static_cast<char>(c ^ 0x36 ^ 0x5c);
  context.begin();
  context.update({padded.data(), padded.size()});
  context.update(view(out));
  context.finish(out.data());
  OPENSSL_cleanse(padded.data(), padded.size());
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace caudal
