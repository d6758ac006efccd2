// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

// OpenSSL 3 calls these old for what they lack: a choice of who computes. Its newer ones allocate two contexts for each
// digest, which costs several times what hashing a short text does, and requests are signed by short texts.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <memory>
#include <new>

#include "base/check.h"

namespace caudal {
namespace {

// OpenSSL's functions for one algorithm. They fail for no reason that could arise here.
template <class State, auto kInit, auto kUpdate, auto kFinal, size_t kSize>
struct Functions {
  static constexpr size_t kSizeBytes = kSize;
  static void begin(std::byte* place) {
    CHECK(kInit(std::construct_at(reinterpret_cast<State*>(place))) == 1, "OpenSSL cannot begin a digest");
  }
  static void update(std::byte* place, std::string_view bytes) {
    CHECK(kUpdate(at(place), bytes.data(), bytes.size()) == 1, "OpenSSL cannot digest");
  }
  static void finish(std::byte* place, char* out) {
    CHECK(kFinal(reinterpret_cast<unsigned char*>(out), at(place)) == 1, "OpenSSL cannot finish a digest");
  }

 private:
  static State* at(std::byte* place) { return std::launder(reinterpret_cast<State*>(place)); }
};
using Md5Functions = Functions<MD5_CTX, MD5_Init, MD5_Update, MD5_Final, MD5_DIGEST_LENGTH>;
using Sha1Functions = Functions<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, SHA_DIGEST_LENGTH>;
using Sha256Functions = Functions<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, SHA256_DIGEST_LENGTH>;

template <class Use>
auto with(DigestAlgorithm algorithm, Use use) {
  switch (algorithm) {
    case DigestAlgorithm::kMd5: return use(Md5Functions());
    case DigestAlgorithm::kSha1: return use(Sha1Functions());
    case DigestAlgorithm::kSha256: break;
  }
  return use(Sha256Functions());
}

// SHA-256 without asking which algorithm.
class Sha256Stream {
 public:
  Sha256Stream() { Sha256Functions::begin(state_.data()); }
  Sha256Stream& update(std::string_view bytes) {
    Sha256Functions::update(state_.data(), bytes);
    return *this;
  }
  Sha256 finish() {
    Sha256 out;
    Sha256Functions::finish(state_.data(), out.data());
    return out;
  }

 private:
  alignas(SHA256_CTX) std::array<std::byte, sizeof(SHA256_CTX)> state_;
};

}  // namespace

static_assert(sizeof(SHA256_CTX) <= sizeof(Digest) && sizeof(SHA_CTX) <= sizeof(SHA256_CTX) &&
              sizeof(MD5_CTX) <= sizeof(SHA256_CTX));

Digest::Digest(DigestAlgorithm algorithm) : algorithm_(algorithm) { begin(); }

void Digest::begin() {
  with(algorithm_, [&](auto functions) { functions.begin(state_.data()); });
}

void Digest::update(std::string_view bytes) {
  with(algorithm_, [&](auto functions) { functions.update(state_.data(), bytes); });
}

std::string Digest::finish() {
  return with(algorithm_, [&](auto functions) {
    std::string out(functions.kSizeBytes, '\0');
    functions.finish(state_.data(), out.data());
    begin();
    return out;
  });
}

Sha256 sha256(std::string_view bytes) { return Sha256Stream().update(bytes).finish(); }

// RFC 2104.
Sha256 hmac_sha256(std::string_view key, std::string_view message) {
  constexpr size_t kBlockBytes = 64;
  std::array<char, kBlockBytes> padded{};
  Sha256 short_key;
  if (key.size() > kBlockBytes) {
    short_key = sha256(key);
    key = view(short_key);
  }
  key.copy(padded.data(), key.size());
  const std::string_view block(padded.data(), padded.size());
  for (char& c : padded) c = static_cast<char>(c ^ 0x36);
  const Sha256 inner = Sha256Stream().update(block).update(message).finish();
  for (char& c : padded) c = static_cast<char>(c ^ 0x36 ^ 0x5c);
  const Sha256 out = Sha256Stream().update(block).update(view(inner)).finish();
  OPENSSL_cleanse(padded.data(), padded.size());
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace caudal
